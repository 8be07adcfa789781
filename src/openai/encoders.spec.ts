import type { Response } from 'express';
import { Readable } from 'node:stream';
import { CHAT_FORMAT } from '../chat/chat.format.js';
import { ChatEncoder } from '../chat/chat-encoder.js';
import { Exchange } from '../chat/exchange.js';
import { RequestContext } from '../common/http/request-context.js';
import type { AppendResult } from '../logging/log-store.js';
import { ChunkEncoder } from './chunk-encoder.js';

function recorded(log: AppendResult): Exchange {
  const response = { on: () => undefined, once: () => undefined, destroyed: false } as unknown as Response;
  const context = new RequestContext(response, undefined, undefined);
  const request = { id: context.id, model: 'llama', messages: [], options: {}, fallback: [] };
  const exchange = new Exchange({
    request,
    context,
    events: Readable.from([]),
    maxTokens: undefined,
    streaming: true,
    format: CHAT_FORMAT,
  });
  exchange.measurement = { timestamp: '2026-11-24T00:00:00.000Z', latency: 1, ttft: null, log };
  return exchange;
}

describe('The last event of a stream', () => {
  it('says so if the row of the answer could not be written yet', () => {
    expect(new ChatEncoder(recorded('written')).end()).not.toContain('pending');
    expect(new ChatEncoder(recorded('pending')).end()).toMatch(/^event: done\ndata: .*"log":"pending"}\n\n$/);
    expect(new ChunkEncoder(recorded('written'), 'none', false).end()).toBe('data: [DONE]\n\n');
    expect(new ChunkEncoder(recorded('pending'), 'none', false).end()).toBe(
      ': log pending\n\ndata: [DONE]\n\n',
    );
  });
});
