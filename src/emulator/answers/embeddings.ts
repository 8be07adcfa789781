import { createHash } from 'node:crypto';

/** The vector of a text: the same one every time, of length 1. */
export function embed(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  let bytes = createHash('sha256').update(text).digest();
  for (let index = 0; index < dimensions; index += 1) {
    const offset = (index % 8) * 4;
    if (index > 0 && offset === 0) bytes = createHash('sha256').update(bytes).digest();
    vector[index] = bytes.readInt32LE(offset) / 2 ** 31;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** `base64`: little-endian 32-bit floats, as OpenAI and Ollama (openai.go, floatsToBase64) send them. */
export function encodeVector(vector: Float32Array, format: unknown): string | number[] {
  return format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
}
