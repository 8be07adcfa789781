/**
 * What the upstream says, and how: a prompt of the bench carries its own order, so that one upstream serves every
 * scenario and no candidate has to be restarted between them.
 */

const ORDER = /\[chunks=(\d+) delay=(\d+) every=(\d+)\]/;

/** One piece of an answer: 24 characters, about as much as providers put into one event. */
const PIECE = 'a few words of an answer';

/** @typedef {{ chunks: number, delayMs: number, everyMs: number }} Order */

/** `everyMs` 0: all events of the answer leave in one write, each as an HTTP chunk of its own. */
export function promptFor({ chunks, delayMs, everyMs }) {
  return `Say something of moderate length about benchmarks. [chunks=${chunks} delay=${delayMs} every=${everyMs}]`;
}

/** @returns {Order} */
export function orderIn(text) {
  const [, chunks, delayMs, everyMs] = ORDER.exec(text) ?? [];
  return { chunks: Number(chunks ?? 1), delayMs: Number(delayMs ?? 0), everyMs: Number(everyMs ?? 0) };
}

/** A one-chunk answer is as long as a short paragraph; longer ones are made of pieces. */
export function piecesOf({ chunks }) {
  return chunks === 1 ? [PIECE.repeat(12)] : Array.from({ length: chunks }, () => PIECE);
}

export function textOf(order) {
  return piecesOf(order).join('');
}

/** Tokens are counted so that a wrong count would be seen: one per chunk and one more for the prompt. */
export function usageOf({ chunks }) {
  return {
    prompt_tokens: 17,
    completion_tokens: chunks,
    total_tokens: 17 + chunks,
    cost: 0.0000123,
    is_byok: false,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    cost_details: { upstream_inference_cost: null, upstream_inference_prompt_cost: 0.0000017 },
    completion_tokens_details: { reasoning_tokens: 0, image_tokens: 0 },
  };
}
