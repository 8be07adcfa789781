import { ModelError } from '../model.errors.js';
import type { ChatEvent, Embedding } from '../model.types.js';
import { asRecord, isRecord } from './json-values.js';
import { upstreamError } from './upstream-error.js';
import { readUsage, type GenerationId } from './usage.js';

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const BYTES_PER_FLOAT = 4;

/**
 * The events of a complete embeddings body. Throws a ModelError if the body has an error, or not exactly one vector per
 * input.
 */
export function embeddingEvents(body: unknown, inputs: number, generation: GenerationId): ChatEvent[] {
  if (!isRecord(body)) throw new ModelError('upstream_bad_response');
  const { id, data, usage, error } = body;
  if (error) throw upstreamError({ status: 200, body });
  if (!Array.isArray(data) || data.length === 0) throw new ModelError('upstream_empty');
  const events: ChatEvent[] = [];
  generation.note(id, events);
  events.push({ type: 'delta', text: '', extras: { embeddings: vectorsOf(data, inputs) } });
  // Vectors have no tokens.
  if (isRecord(usage)) events.push({ type: 'usage', usage: { ...readUsage(usage), completionTokens: 0 } });
  return events;
}

/** Sorted by their own index: the order of the list has no meaning. */
function vectorsOf(data: readonly unknown[], inputs: number): readonly Embedding[] {
  const vectors = new Map<unknown, Embedding>();
  data.forEach((entry, place) => {
    const { embedding, index = place } = asRecord(entry);
    if (!isEmbedding(embedding) || vectors.has(index)) throw new ModelError('upstream_bad_response');
    vectors.set(index, embedding);
  });
  return Array.from({ length: inputs }, (_, index) => {
    const vector = vectors.get(index);
    if (vector === undefined) throw new ModelError('upstream_truncated');
    return vector;
  });
}

function isEmbedding(value: unknown): value is Embedding {
  if (Array.isArray(value)) return value.length > 0 && value.every(Number.isFinite);
  return (
    typeof value === 'string' &&
    BASE64.test(value) &&
    Buffer.byteLength(value, 'base64') % BYTES_PER_FLOAT === 0
  );
}
