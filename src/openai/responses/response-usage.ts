import { isPlainObject } from '../../common/http/to-dto.js';
import type { Usage } from '../../models/model.types.js';
import type { ResponseUsageDto } from './dto/response.dto.js';

type Counts = Readonly<Record<string, unknown>>;

/** Null if the upstream did not report both counts. Clients require numeric details: 0 if not reported. */
export function responseUsage(usage: Usage | undefined): ResponseUsageDto | null {
  if (usage?.promptTokens == null || usage.completionTokens == null) return null;
  const { promptTokens: input, completionTokens: output, costUsd: cost, raw } = usage;
  const { cached_tokens: cached, cache_write_tokens: written } = countsIn(raw.prompt_tokens_details);
  const { reasoning_tokens: reasoning } = countsIn(raw.completion_tokens_details);
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: countOf(cached), cache_write_tokens: countOf(written) },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: countOf(reasoning) },
    total_tokens: input + output,
    ...(cost !== null && { cost }),
  };
}

function countsIn(details: unknown): Counts {
  return isPlainObject(details) ? (details as Counts) : {};
}

function countOf(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : 0;
}
