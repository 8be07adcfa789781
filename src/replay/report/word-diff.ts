import diffSequences from '@jest/diff-sequences';

/** A run of words that both texts have, or that only this one has. */
export interface DiffPiece {
  readonly text: string;
  readonly changed: boolean;
}

export interface WordDiff {
  readonly was: readonly DiffPiece[];
  readonly now: readonly DiffPiece[];
}

// The declarations of the package take its ES module for a CommonJS one.
const commonRuns = diffSequences as unknown as typeof diffSequences.default;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** The words that two texts have in common, in order (Myers), and those in which they differ. Takes time that grows with both. */
export function wordDiff(was: string, now: string): WordDiff {
  const left = wordsOf(was);
  const right = wordsOf(now);
  const isCommon = { left: new Set<number>(), right: new Set<number>() };
  commonRuns(
    left.length,
    right.length,
    (a, b) => left[a] === right[b],
    (length, a, b) => {
      // Blanks alone are no words in common: a changed sentence would be cut at each of them.
      if (
        left
          .slice(a, a + length)
          .join('')
          .trim() === ''
      )
        return;
      for (let i = 0; i < length; i++) {
        isCommon.left.add(a + i);
        isCommon.right.add(b + i);
      }
    },
  );
  return { was: pieces(left, isCommon.left), now: pieces(right, isCommon.right) };
}

function wordsOf(text: string): string[] {
  return [...segmenter.segment(text)].map(({ segment }) => segment);
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
