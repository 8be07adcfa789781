import { WINDOW_MS, type RateState } from './rate-window.js';

export interface RateStates {
  readonly requests: RateState | undefined;
  readonly tokens: RateState | undefined;
}

const WINDOW_S = WINDOW_MS / 1000;

/** The limit headers of a reply: OpenAI's, and those of the IETF draft. None for a key without limits. */
export function setLimitHeaders(
  { requests, tokens }: RateStates,
  set: (name: string, value: string) => void,
): void {
  if (!requests && !tokens) return;
  let policy = '';
  let left = '';
  // This runs for every reply, so it allocates no temporary list.
  const tell = (name: string, { limit, remaining, resetMs }: RateState): void => {
    set(`x-ratelimit-limit-${name}`, String(limit));
    set(`x-ratelimit-remaining-${name}`, String(remaining));
    set(`x-ratelimit-reset-${name}`, openAiDuration(resetMs));
    const separator = policy === '' ? '' : ', ';
    policy += `${separator}"${name}";q=${limit};w=${WINDOW_S}`;
    left += `${separator}"${name}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`;
  };
  if (requests) tell('requests', requests);
  if (tokens) tell('tokens', tokens);
  set('RateLimit-Policy', policy);
  set('RateLimit', left);
}

/** `250ms`, `7s`, `1m0s`, as OpenAI writes it. */
function openAiDuration(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
