import type { Response } from 'express';
import { ChatEncoder } from '../chat/chat-encoder.js';
import { Exchange } from '../chat/exchange.js';
import { RequestContext } from '../common/http/request-context.js';
import { Recorded, type Receipt } from '../logging/recorded.js';
import { ChunkEncoder } from './chunk-encoder.js';

function recorded(log: Receipt['log']): Recorded<Exchange> {
  const response = { once: () => undefined, destroyed: false } as unknown as Response;
  const context = new RequestContext(response, undefined, undefined);
  const request = { id: context.id, model: 'llama', messages: [], options: {}, fallback: [] };
  const nothing = (async function* () {
    // Nothing has been said.
  })();
  const result = new Recorded<Exchange>(new Exchange(request, nothing, context, true), nothing);
  result.receipt = { timestamp: '2026-11-23T17:20:47.475Z', latency: 1, ttft: null, log };
  return result;
}

describe('The last event of a stream', () => {
  it('says so if the row of the answer could not be written yet', () => {
    expect(new ChatEncoder(recorded('written')).end()).not.toContain('pending');
    expect(new ChatEncoder(recorded('pending')).end()).toMatch(/^event: done\ndata: .*"log":"pending"}\n\n$/);
    expect(new ChunkEncoder(recorded('written'), false).end()).toBe('data: [DONE]\n\n');
    expect(new ChunkEncoder(recorded('pending'), false).end()).toBe(': log pending\n\ndata: [DONE]\n\n');
  });
});
