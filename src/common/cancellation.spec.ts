import { Cancellation } from './cancellation.js';

describe('Cancellation', () => {
  it('calls back once, with the first reason, whoever still listens', () => {
    const cancellation = new Cancellation();
    const called: string[] = [];
    const leaving = (): void => void called.push('leaving');
    cancellation.onAbort(() => called.push('first'));
    cancellation.onAbort(leaving);
    cancellation.onAbort(() => called.push('last'));
    cancellation.offAbort(leaving);
    cancellation.abort('why');
    cancellation.abort('again');
    expect(called).toEqual(['first', 'last']);
    expect(cancellation).toMatchObject({ aborted: true, reason: 'why' });
  });

  it('calls all who listen though one of them leaves meanwhile', () => {
    const cancellation = new Cancellation();
    const called: string[] = [];
    const once = (): void => {
      called.push('once');
      cancellation.offAbort(once);
    };
    cancellation.onAbort(once);
    cancellation.onAbort(() => called.push('other'));
    cancellation.abort('why');
    expect(called).toEqual(['once', 'other']);
  });

  it.each([
    ['before', true],
    ['after', false],
  ])('has an AbortSignal that says the same, asked for %s it aborts', (_when, early) => {
    const cancellation = new Cancellation();
    const signal = early ? cancellation.signal : undefined;
    cancellation.abort('why');
    expect(cancellation.signal).toMatchObject({ aborted: true, reason: 'why' });
    expect(signal ?? cancellation.signal).toBe(cancellation.signal);
  });
});
