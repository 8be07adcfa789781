import diffSequences from '@jest/diff-sequences';

/** A run of words that both texts have, or only one. */
export interface DiffPiece {
  readonly text: string;
  readonly changed: boolean;
}

export interface WordDiff {
  readonly was: readonly DiffPiece[];
  readonly now: readonly DiffPiece[];
}

// The package's type declarations mistake its ES module for CommonJS.
const commonRuns = diffSequences as unknown as typeof diffSequences.default;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/**
 * The words that two texts have in common, in order (Myers), and those in which they differ, ignoring white space. Time
 * grows with the length of the texts and of their differences.
 */
export function wordDiff(was: string, now: string): WordDiff {
  const left = wordsOf(was);
  const right = wordsOf(now);
  const [inLeft, inRight] = [new Set<number>(), new Set<number>()];
  const numbers = new Map<string, number>();
  const leftNumbers = numbered(left, numbers);
  const rightNumbers = numbered(right, numbers);
  commonRuns(
    left.length,
    right.length,
    (a, b) => leftNumbers[a] === rightNumbers[b],
    (length, a, b) => {
      for (let i = 0; i < length; i++) {
        inLeft.add(a + i);
        inRight.add(b + i);
      }
    },
  );
  return { was: pieces(left, inLeft), now: pieces(right, inRight) };
}

/** Maps equal words to equal numbers: strings would be compared millions of times. */
function numbered(words: readonly string[], numbers: Map<string, number>): number[] {
  return words.map((text) => {
    const word = text.trim();
    const number = numbers.get(word) ?? numbers.size;
    numbers.set(word, number);
    return number;
  });
}

/** Words, each with the white space after it. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const { segment } of segmenter.segment(text))
    if (words.length > 0 && segment.trim() === '') words.push(`${words.pop() ?? ''}${segment}`);
    else words.push(segment);
  return words;
}

function pieces(words: readonly string[], common: ReadonlySet<number>): DiffPiece[] {
  const runs: { text: string; changed: boolean }[] = [];
  words.forEach((word, index) => {
    const changed = !common.has(index);
    const last = runs.at(-1);
    if (last?.changed === changed) last.text += word;
    else runs.push({ text: word, changed });
  });
  return runs;
}
