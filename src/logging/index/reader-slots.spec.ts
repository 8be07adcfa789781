import { ReaderSlots } from './reader-slots.js';

describe('slots for readers', () => {
  it('lets as many in as there are slots, the next in the order they came', async () => {
    const slots = new ReaderSlots(1, 2);
    const order: number[] = [];
    const done = await slots.take();
    const waiting = [1, 2].map((n) =>
      slots.take().then((release) => {
        order.push(n);
        release();
      }),
    );
    expect(order).toEqual([]);
    done();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
  });

  it('refuses those for whom there is no room to wait, as a 503 worth a repeat', async () => {
    const slots = new ReaderSlots(1, 0);
    const done = await slots.take();
    await expect(slots.take()).rejects.toMatchObject({ code: 'log_busy', status: 503, retryAfter: 1 });
    done();
    (await slots.take())();
  });

  it('forgets those who leave', async () => {
    const slots = new ReaderSlots(1, 1);
    const done = await slots.take();
    const leaving = new AbortController();
    const left = slots.take(leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    const next = slots.take();
    done();
    (await next)();
    await expect(slots.take(leaving.signal)).rejects.toThrow('gone');
  });
});
