import fc from 'fast-check';
import type { LogRow } from '../../src/logging/log-row.js';

export function sampleRow(changes: Partial<LogRow> = {}): LogRow {
  return {
    timestamp: '2026-11-23T17:20:47.475Z',
    model: 'mistral',
    prompt: 'Who are you?',
    response: 'I am a model.',
    latency: 1.234,
    prompt_tokens: 4,
    response_tokens: 47,
    status: 'ok',
    error: '',
    finish_reason: 'stop',
    ttft: 0.412,
    cost: 0.0000123,
    upstream_model: 'mistralai/ministral-8b-2512',
    attempts: 1,
    id: '01JD0000000000000000000000',
    messages: '',
    requested_model: 'mistral',
    key: '',
    user: '',
    request_id: '01JD0000000000000000000000',
    overhead: 0.000412,
    ...changes,
  };
}

const HOSTILE = [
  '"',
  '""',
  ',',
  ';',
  '\r',
  '\n',
  '\r\n',
  '\0',
  '\t',
  '\uFEFF',
  '\u2028',
  '\u2029',
  '\u202E',
  'שלום',
  '😀',
  '=1+1',
  '@',
  '\\',
  ' ',
  'a',
];

/** Texts that break careless CSV. fast-check's own strings alone did not find a missing quote around CR. */
export const hostileText = fc.oneof(
  fc.string({ unit: fc.constantFrom(...HOSTILE) }),
  fc.string({ unit: 'binary' }),
);

const number = fc.option(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }));

export const hostileRow: fc.Arbitrary<LogRow> = fc.record({
  timestamp: hostileText,
  model: hostileText,
  prompt: hostileText,
  response: hostileText,
  latency: number,
  prompt_tokens: fc.option(fc.nat()),
  response_tokens: fc.option(fc.nat()),
  status: fc.constantFrom('ok', 'error', 'client_closed', 'interrupted'),
  error: hostileText,
  finish_reason: hostileText,
  ttft: number,
  cost: number,
  upstream_model: hostileText,
  attempts: fc.option(fc.nat()),
  id: hostileText,
  messages: hostileText,
  requested_model: hostileText,
  key: hostileText,
  user: hostileText,
  request_id: hostileText,
  overhead: fc.option(fc.integer({ min: 0, max: 1e9 }).map((micros) => micros / 1e6)),
});
