import { Logger } from '@nestjs/common';
import { logChat } from './chat-line.js';
import type { LogRow } from './log-row.js';

const ROW: LogRow = {
  timestamp: '2026-11-24T00:00:00.000Z',
  finish_reason: 'stop',
  messages: '',
  key: '',
  user: '',
  overhead: 0.001,
  id: '01K',
  request_id: 'abc-123',
  model: 'llama',
  requested_model: 'mistral',
  upstream_model: 'meta-llama/llama-3.1-8b-instruct',
  status: 'ok',
  error: '',
  latency: 1.5,
  ttft: 0.25,
  prompt_tokens: 4,
  response_tokens: 47,
  cost: 0.0000123,
  attempts: 2,
  prompt: 'secret prompt',
  response: 'secret response',
};

describe('logChat', () => {
  const lines: [string, unknown][] = [];
  const keep = (level: string) => (line: unknown) => {
    lines.push([level, line]);
  };

  beforeAll(() => {
    Logger.overrideLogger({ log: keep('info'), warn: keep('warn'), error: keep('error') });
  });
  afterAll(() => {
    Logger.overrideLogger(true);
  });
  afterEach(() => {
    lines.length = 0;
  });

  it('writes one line of figures and names, without content', () => {
    logChat(ROW);
    expect(lines).toEqual([
      [
        'info',
        {
          message: 'Chat',
          requestId: 'abc-123',
          id: '01K',
          model: 'llama',
          requestedModel: 'mistral',
          upstreamModel: 'meta-llama/llama-3.1-8b-instruct',
          status: 'ok',
          latency: 1.5,
          ttft: 0.25,
          promptTokens: 4,
          responseTokens: 47,
          cost: 0.0000123,
          attempts: 2,
        },
      ],
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it.each([
    ['ok', '', 'info', 'Chat'],
    ['client_closed', 'client_closed', 'info', 'Chat'],
    ['interrupted', 'interrupted', 'info', 'Chat'],
    ['error', 'upstream_timeout', 'warn', 'A chat failed'],
    ['error', 'upstream_auth', 'error', 'A chat failed'],
  ] as const)('status %s %s: level %s', (status, error, level, message) => {
    logChat({ ...ROW, status, error });
    expect(lines).toEqual([[level, expect.objectContaining({ status, message })]]);
  });
});
