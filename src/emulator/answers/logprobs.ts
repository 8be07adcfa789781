/**
 * The `logprobs` object of a choice, null unless asked for. The figures are made up but ordered.
 * @param alternatives how many `top_logprobs` each token has, undefined for no logprobs at all
 */
export function logprobsFor(pieces: readonly string[], alternatives: number | undefined): object | null {
  if (alternatives === undefined) return null;
  const content = pieces.map((piece) => ({
    ...entry(piece, 0),
    top_logprobs: Array.from({ length: alternatives }, (_, rank) =>
      entry(rank === 0 ? piece : ` alt${rank}`, rank),
    ),
  }));
  return { content, refusal: null };
}

function entry(text: string, rank: number) {
  return { token: text, logprob: -0.125 * (rank + 1), bytes: [...Buffer.from(text)] };
}
