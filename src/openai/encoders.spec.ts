import type { Response } from 'express';
import { ChatEncoder } from '../chat/chat-encoder.js';
import { Exchange } from '../chat/exchange.js';
import { RequestContext } from '../common/http/request-context.js';
import type { AppendResult, LogStore } from '../logging/log-store.js';
import { Recorded } from '../logging/recorded.js';
import { ChunkEncoder } from './chunk-encoder.js';

async function recorded(log: AppendResult): Promise<Recorded<Exchange>> {
  const response = { once: () => undefined, destroyed: false } as unknown as Response;
  const context = new RequestContext(response, undefined, undefined);
  const request = { id: context.id, model: 'llama', messages: [], options: {}, fallback: [] };
  const store = { append: () => Promise.resolve(log) } as unknown as LogStore;
  const result = new Recorded(new Exchange(request, () => Promise.resolve(), context, true), store);
  await result.run();
  return result;
}

describe('The last event of a stream', () => {
  it('says so if the row of the answer could not be written yet', async () => {
    expect(new ChatEncoder(await recorded('written')).end()).not.toContain('pending');
    expect(new ChatEncoder(await recorded('pending')).end()).toMatch(
      /^event: done\ndata: .*"log":"pending"}\n\n$/,
    );
    expect(new ChunkEncoder(await recorded('written'), false).end()).toBe('data: [DONE]\n\n');
    expect(new ChunkEncoder(await recorded('pending'), false).end()).toBe(
      ': log pending\n\ndata: [DONE]\n\n',
    );
  });
});
