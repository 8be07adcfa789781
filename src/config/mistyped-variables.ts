/** Maximum number of wrong characters in a mistyped name. */
const MAX_SLIPS = 2;
/** Shorter names resemble others too much: HOST and HOME differ by two characters. */
const MIN_LENGTH = 8;
/** Nobody else uses these prefixes. */
const OUR_PREFIX = /^(OPENROUTER|CHAT_LOG)_/;

export interface MistypedVariable {
  readonly name: string;
  readonly likely: string;
}

/** Variables that are set, that the service does not know, and that resemble one of `known`. */
export function mistypedVariables(
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): MistypedVariable[] {
  const ours = new Set(known);
  return Object.keys(environment).flatMap((name) => {
    if (ours.has(name) || environment[name] === '') return [];
    const likely = mostLike(name, known);
    return likely === undefined ? [] : [{ name, likely }];
  });
}

function mostLike(name: string, known: readonly string[]): string | undefined {
  const same = known.find((candidate) => candidate === name.toUpperCase());
  if (same !== undefined) return same;
  const [best] = known
    .map((candidate) => ({ candidate, slips: slipsBetween(name.toUpperCase(), candidate) }))
    .sort((a, b) => a.slips - b.slips);
  if (!best) return undefined;
  const close = best.slips <= MAX_SLIPS && best.candidate.length >= MIN_LENGTH;
  return close || OUR_PREFIX.test(name) ? best.candidate : undefined;
}

/** Number of characters to insert, delete, replace or swap with a neighbour to turn one into the other. */
function slipsBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        cell(rows, i - 1, j) + 1,
        (row[j - 1] ?? 0) + 1,
        cell(rows, i - 1, j - 1) + (isSame ? 0 : 1),
        isSwap ? cell(rows, i - 2, j - 2) + 1 : Infinity,
      );
    }
    rows.push(row);
  }
  return cell(rows, a.length, b.length);
}

function cell(rows: readonly (readonly number[])[], i: number, j: number): number {
  return rows[i]?.[j] ?? Infinity;
}
