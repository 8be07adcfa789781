import { RateWindow } from './rate-window.js';

describe('a window of a minute', () => {
  it('begins with what is counted first, and is over after a minute', () => {
    const window = new RateWindow();
    expect(window.state(2, 5)).toEqual({ limit: 2, remaining: 2, resetMs: 0 });
    window.add(1, 1_000);
    window.add(1, 20_000);
    expect(window.hasRoom(1, 2, 60_999)).toBe(false);
    expect(window.state(2, 60_999)).toEqual({ limit: 2, remaining: 0, resetMs: 1 });
    expect(window.hasRoom(1, 2, 61_000)).toBe(true);
    expect(window.state(2, 61_000)).toEqual({ limit: 2, remaining: 2, resetMs: 0 });
  });

  it('B12 keeps its count when its limit changes', () => {
    const window = new RateWindow();
    for (let i = 0; i < 5; i++) window.add(1, 0);
    expect(window.state(10, 1).remaining).toBe(5);
    expect(window.state(3, 1).remaining).toBe(0);
  });

  it('lets what is larger than the limit pass alone, and then nothing', () => {
    const window = new RateWindow();
    expect(window.hasRoom(500, 100, 0)).toBe(true);
    window.add(500, 0);
    expect(window.hasRoom(1, 100, 59_999)).toBe(false);
    expect(window.hasRoom(1, 0, 99_999)).toBe(false);
  });

  it('takes back what was too much, but not from a later window', () => {
    const window = new RateWindow();
    window.add(50, 0);
    window.correct(-20, 0, 10);
    expect(window.state(100, 10).remaining).toBe(70);
    window.add(10, 70_000);
    window.correct(-30, 0, 70_001);
    expect(window.state(100, 70_001).remaining).toBe(90);
    window.correct(5, 0, 70_002);
    expect(window.state(100, 70_002).remaining).toBe(85);
  });
});
