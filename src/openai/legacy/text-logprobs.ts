import { asRecord } from '../../models/upstream/json-values.js';
import type { TextLogprobsDto } from './text-completion.dto.js';

/**
 * Log probabilities of a chat, or of a piece of it, in the older format. Null if there are none.
 * @param offset characters of the answer before them
 */
export function textLogprobs(logprobs: unknown, offset: number): TextLogprobsDto | null {
  const { content } = asRecord(logprobs);
  if (!Array.isArray(content)) return null;
  const entries = content.map((entry) => tokenOf(entry));
  let next = offset;
  return {
    tokens: entries.map(({ token }) => token),
    token_logprobs: entries.map(({ logprob }) => logprob),
    top_logprobs: entries.some(({ others }) => others !== null)
      ? entries.map(({ others }) => others ?? {})
      : null,
    text_offset: entries.map(({ token }) => {
      const at = next;
      next += token.length;
      return at;
    }),
  };
}

function tokenOf(value: unknown): {
  token: string;
  logprob: number;
  others: Readonly<Record<string, number>> | null;
} {
  const { token, logprob, top_logprobs: others } = asRecord(value);
  return {
    token: typeof token === 'string' ? token : '',
    logprob: typeof logprob === 'number' ? logprob : 0,
    others:
      Array.isArray(others) && others.length > 0
        ? Object.fromEntries(others.map(tokenOf).map((other) => [other.token, other.logprob]))
        : null,
  };
}
