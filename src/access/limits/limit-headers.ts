import { WINDOW_MS, type RateState } from './rate-window.js';

export interface RateStates {
  readonly requests: RateState | undefined;
  readonly tokens: RateState | undefined;
}

const WINDOW_S = WINDOW_MS / 1000;

/** What a limited key is told of its limits: OpenAI's headers, and those of the IETF draft. None for one without. */
export function limitHeaders(states: RateStates): [name: string, value: string][] {
  const limited = (['requests', 'tokens'] as const).flatMap((name) => {
    const state = states[name];
    return state ? [{ name, ...state }] : [];
  });
  if (limited.length === 0) return [];
  return [
    ...limited.flatMap(({ name, limit, remaining, resetMs }): [string, string][] => [
      [`x-ratelimit-limit-${name}`, String(limit)],
      [`x-ratelimit-remaining-${name}`, String(remaining)],
      [`x-ratelimit-reset-${name}`, openAiDuration(resetMs)],
    ]),
    ['RateLimit-Policy', limited.map(({ name, limit }) => `"${name}";q=${limit};w=${WINDOW_S}`).join(', ')],
    [
      'RateLimit',
      limited
        .map(({ name, remaining, resetMs }) => `"${name}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`)
        .join(', '),
    ],
  ];
}

/** `250ms`, `7s`, `1m0s`, as OpenAI writes it. */
function openAiDuration(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
