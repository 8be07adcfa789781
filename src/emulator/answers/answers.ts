import type { AnswerPlan } from '../faults.js';
import { isObject } from '../fields.js';
import type { EmulatedModel } from '../state/catalogue.js';
import type { CompletionRequest } from './completion-request.js';
import { sampleFor } from './json-sample.js';
import { countTokens, splitTokens } from './tokens.js';
import { chooseToolCalls, type ToolCall } from './tool-calls.js';
import { priceUsage, type Usage } from './usage.js';

export interface Answer {
  readonly pieces: readonly string[];
  readonly reasoning: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: string;
  readonly usage: Usage;
}

/** @param chunks number of pieces of a made-up text; as many as it has tokens if undefined */
export function composeAnswer(
  request: CompletionRequest,
  model: EmulatedModel,
  plan: AnswerPlan,
  chunks: number | undefined,
): Answer {
  const dictated = plan.pieces ?? (plan.text === undefined ? undefined : splitTokens(plan.text));
  const toolCalls = dictated ? [] : chooseToolCalls(request);
  const whole = dictated ?? (toolCalls.length > 0 ? [] : makeUpPieces(request, model.slug, chunks));
  const limit = Math.min(request.maxTokens ?? Infinity, model.maxCompletionTokens ?? Infinity);
  const { pieces, tokens, exhausted } = limitTokens(stopAt(whole, request.stop), limit);
  const callTokens = toolCalls.reduce((sum, call) => sum + countTokens(call.name + call.arguments), 0);
  return {
    pieces,
    reasoning: plan.reasoning ?? [],
    toolCalls,
    finishReason: plan.finishReason ?? naturalFinish(exhausted, toolCalls),
    usage: priceUsage(
      model,
      {
        prompt: plan.promptTokens ?? request.promptTokens,
        completion: plan.completionTokens ?? tokens + callTokens,
        reasoning: (plan.reasoning ?? []).reduce((sum, piece) => sum + countTokens(piece), 0),
      },
      plan.cost,
    ),
  };
}

function naturalFinish(exhausted: boolean, toolCalls: readonly ToolCall[]): string {
  if (exhausted) return 'length';
  return toolCalls.length > 0 ? 'tool_calls' : 'stop';
}

function makeUpPieces(
  request: CompletionRequest,
  slug: string,
  chunks: number | undefined,
): readonly string[] {
  if (isObject(request.responseFormat)) {
    const json = makeUpJson(request, slug, request.responseFormat);
    if (json !== undefined) return splitTokens(json);
  }
  const natural = splitTokens(makeUpText(request, slug));
  if (chunks === undefined) return natural;
  return Array.from({ length: chunks }, (_, index) => natural[index % natural.length] ?? '');
}

function makeUpText(request: CompletionRequest, slug: string): string {
  const words = request.lastUserText.trim().split(/\s+/, 13);
  const echo = words.slice(0, 12).join(' ').slice(0, 120) + (words.length > 12 ? ' …' : '');
  return `Parley's emulator answers as ${slug}: you wrote "${echo}".\n\nNo language model was asked, no network was used, and nothing was spent.`;
}

function makeUpJson(
  request: CompletionRequest,
  slug: string,
  format: Record<string, unknown>,
): string | undefined {
  const text = `Parley's emulator answers as ${slug}`;
  if (format.type === 'json_object') {
    return JSON.stringify({ answer: text, prompt: request.lastUserText.slice(0, 120) });
  }
  const schema = isObject(format.json_schema) ? format.json_schema.schema : undefined;
  return format.type === 'json_schema' ? JSON.stringify(sampleFor(schema, text)) : undefined;
}

function stopAt(pieces: readonly string[], stops: readonly string[]): readonly string[] {
  if (stops.length === 0) return pieces;
  const text = pieces.join('');
  const hits = stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
  return hits.length === 0 ? pieces : takeLength(pieces, Math.min(...hits));
}

function takeLength(pieces: readonly string[], length: number): string[] {
  const taken: string[] = [];
  let left = length;
  for (const piece of pieces) {
    if (left <= 0) break;
    taken.push(piece.slice(0, left));
    left -= piece.length;
  }
  return taken;
}

interface LimitedPieces {
  readonly pieces: readonly string[];
  readonly tokens: number;
  /** Whether something had to be left out. */
  readonly exhausted: boolean;
}

function limitTokens(pieces: readonly string[], limit: number): LimitedPieces {
  let tokens = 0;
  for (const [index, piece] of pieces.entries()) {
    const parts = splitTokens(piece);
    if (tokens + parts.length > limit) {
      const rest = parts.slice(0, limit - tokens).join('');
      const kept = rest === '' ? pieces.slice(0, index) : [...pieces.slice(0, index), rest];
      return { pieces: kept, tokens: limit, exhausted: true };
    }
    tokens += parts.length;
  }
  return { pieces, tokens, exhausted: false };
}
