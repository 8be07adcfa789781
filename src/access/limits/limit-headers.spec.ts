import { setLimitHeaders, type RateStates } from './limit-headers.js';

function headersOf(states: RateStates): Record<string, string> {
  const headers: Record<string, string> = {};
  setLimitHeaders(states, (name, value) => (headers[name] = value));
  return headers;
}

it('tells of limits in the words of OpenAI and of the IETF draft', () => {
  const requests = { limit: 60, remaining: 59, resetMs: 40_200 };
  const tokens = { limit: 1000, remaining: 0, resetMs: 999.5 };
  expect(headersOf({ requests, tokens })).toEqual({
    'x-ratelimit-limit-requests': '60',
    'x-ratelimit-remaining-requests': '59',
    'x-ratelimit-reset-requests': '41s',
    'x-ratelimit-limit-tokens': '1000',
    'x-ratelimit-remaining-tokens': '0',
    'x-ratelimit-reset-tokens': '1000ms',
    'RateLimit-Policy': '"requests";q=60;w=60, "tokens";q=1000;w=60',
    RateLimit: '"requests";r=59;t=41, "tokens";r=0;t=1',
  });
});

it('tells a key without limits nothing', () => {
  expect(headersOf({ requests: undefined, tokens: undefined })).toEqual({});
});
