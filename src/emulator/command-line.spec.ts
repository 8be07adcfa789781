import { help, parseCommandLine } from './command-line.js';
import { defaultOptions } from './options.js';

describe('parseCommandLine', () => {
  it('has the defaults of the in-process emulator', () => {
    expect(parseCommandLine([])).toEqual({ help: false, options: defaultOptions, faults: [] });
  });

  it('reads every option', () => {
    const line =
      '--port 8 --key k --first-token-ms 1 --chunk-ms 2 --chunks 3 --comments 4 --comment-every-ms 5 --usage-shape empty-delta --keep 6 --provider openai --quirks no-done,strict --models a/b,c/d --retired e/f --generation-misses 7 --generation-delay-ms 8';
    expect(parseCommandLine(line.split(' ')).options).toEqual({
      port: 8,
      apiKey: 'k',
      firstTokenMs: 1,
      chunkMs: 2,
      chunks: 3,
      leadingComments: 4,
      commentEveryMs: 5,
      usageShape: 'empty-delta',
      keepRequests: 6,
      provider: 'openai',
      quirks: ['no-done', 'strict'],
      models: ['a/b', 'c/d'],
      retired: ['e/f'],
      generationMisses: 7,
      generationDelayMs: 8,
    });
  });

  it('takes several faults', () => {
    expect(parseCommandLine(['--fault', 'a=html', '--fault', 'b=html']).faults).toHaveLength(2);
  });

  it.each([
    ['--port=x'],
    ['--usage-shape=round'],
    ['--quirks=odd'],
    ['--provider=x'],
    ['--nonsense'],
    ['--fault=a'],
  ])('refuses %s', (argument) => {
    expect(() => parseCommandLine([argument])).toThrow();
  });

  it('helps with every option', () => {
    expect(parseCommandLine(['-h']).help).toBe(true);
    for (const option of [
      'port',
      'key',
      'first-token-ms',
      'chunk-ms',
      'chunks',
      'comments',
      'keep',
      'fault',
    ]) {
      expect(help).toContain(`--${option} `);
    }
  });
});
