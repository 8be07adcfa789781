import { json } from '../support/json.js';
import { chunk, DONE, event, LAST_CHUNK, RawUpstream, STREAM_HEAD } from '../support/raw-upstream.js';
import { TestApp } from '../support/test-app.js';

const PIECE_UNITS = 100_000;
const PIECES = 150;

/** 15 MB of text, each unit of which is six bytes as JSON: in the event, in the reply, and in a page of the log. */
function hugeAnswer(): string {
  const piece = chunk(event('\u0001'.repeat(PIECE_UNITS)));
  return STREAM_HEAD + piece.repeat(PIECES) + chunk(event(undefined, 'stop') + DONE) + LAST_CHUNK;
}

interface Page {
  data: { id: string }[];
  next_cursor: string | null;
}

describe('an upstream that sends 15 MB of control characters', () => {
  let upstream: RawUpstream;
  let service: TestApp;

  beforeAll(async () => {
    upstream = await RawUpstream.start((socket, request) => {
      socket.write(request.includes('huge') ? hugeAnswer() : STREAM_HEAD + chunk(event('small')));
      if (!request.includes('huge')) socket.write(chunk(event(undefined, 'stop') + DONE) + LAST_CHUNK);
    });
    service = await TestApp.start({ upstreamUrl: upstream.url });
  });

  afterAll(async () => {
    await service.stop();
    await upstream.close();
  });

  it('H4 H5: its row is written and answered, and hides no other', async () => {
    const ids: unknown[] = [];
    for (const prompt of ['before', 'huge', 'after']) {
      const response = await service.post('/chat', { prompt, model: 'mistral' });
      expect(response.status).toBe(200);
      ids.unshift((await json(response)).id);
    }
    const rows = await service.rows();
    expect(rows.map(({ id }) => id)).toEqual([...ids].reverse());
    expect(rows[1]?.response).toHaveLength(PIECES * PIECE_UNITS);

    // A page ends early where its texts are long; the next one goes on there.
    const found: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await fetch(`${service.url}/logs?${cursor && `cursor=${cursor}`}`);
      expect(page.status).toBe(200);
      const { data, next_cursor } = (await page.json()) as Page;
      found.push(...data.map(({ id }) => id));
      cursor = next_cursor;
    }
    expect(found).toEqual(ids);
    const one = await fetch(`${service.url}/logs/${String(ids[1])}`);
    expect(one.status).toBe(200);
    expect((await json(one)).response).toBe('\u0001'.repeat(PIECES * PIECE_UNITS));
  }, 60_000);
});
