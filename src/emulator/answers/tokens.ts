// Close to what the tokenizers of Mistral and Llama do with prose: a token carries the space before it, long words
// break, signs stand alone. It only has to be plausible, stable and lossless.
const token = /\s*(?:\p{L}{1,7}|\p{N}{1,3}|[^\s\p{L}\p{N}])|\s+/gu;

/** Splits a text into token-like pieces; joined again they are the text. */
export function splitTokens(text: string): string[] {
  return text.match(token) ?? [];
}

export function countTokens(text: string): number {
  return splitTokens(text).length;
}
