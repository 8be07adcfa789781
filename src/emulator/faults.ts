import * as field from './fields.js';
import { isObject, readFields, type Values } from './fields.js';
import { availabilityCodes } from './wire/problem.js';
import { streamParts } from './wire/frames.js';

// `at`: when a connection goes wrong; a number is a count of content chunks already sent. `closeDelimited`: the body
// ends with the connection, so that FIN and RST look like a clean end to many clients.
const interruption = {
  at: field.required(field.either(field.oneOf('before-headers', 'after-headers'), field.count)),
  closeDelimited: field.flag,
};
const errorCode = field.either(field.count, field.text);

/**
 * Everything that can be made to happen, by kind, with its fields; the first one is what the command line takes
 * directly after the kind. All of it is plain JSON, so it can be sent to the control route.
 */
export const faultFields = {
  /** Nothing goes wrong. */
  normal: {},
  /**
   * An HTTP error, or any reply. `body`: a string is sent as it is; without one it is the documented error object.
   * `retryAfter`: seconds, a date or nonsense. `origin`: only OpenRouter's own 429 has X-RateLimit headers, a
   * provider's has its code in the metadata.
   */
  status: {
    status: field.required(field.httpStatus),
    message: field.text,
    body: field.anything,
    headers: field.headerSet,
    retryAfter: field.either(field.number, field.text),
    origin: field.oneOf('openrouter', 'provider'),
    metadata: field.object,
  },
  /** The slug cannot be had; a body with an `availability` object. `codeless`: in the form of OpenRouter's examples. */
  unavailable: { code: field.required(field.oneOf(...availabilityCodes)), codeless: field.flag },
  /** Silence from then on. */
  stall: interruption,
  /** FIN. */
  cut: interruption,
  /** RST. */
  reset: interruption,
  /** Comments for ever and nothing else. */
  comments: { everyMs: field.count },
  /** 200 and bytes that are neither JSON nor SSE. */
  garbage: {},
  /** A proxy's HTML page; status 200 is a captive portal. */
  html: { status: field.httpStatus },
  /** Status 200, an `error` object as the whole body. */
  'error-200': { code: errorCode, message: field.text },
  /** `choices: []` throughout. */
  'empty-choices': {},
  /** No content at all; `finishReason` null: none of that either. */
  'null-content': { finishReason: field.nullable(field.text) },
  /** An error event in the stream, 0: as its first event; `choices[0].error` in a JSON answer. */
  'error-chunk': { after: field.required(field.count), code: errorCode, message: field.text },
  /** A `data:` line that is no JSON; the stream goes on after it. */
  'malformed-chunk': { after: field.required(field.count) },
  /** Leaves parts of the stream out. */
  omit: { parts: field.required(field.listOf(field.oneOf(...streamParts))) },
  /** A second `[DONE]` and data after it. */
  'repeat-done': {},
  redirect: { location: field.text, status: field.httpStatus },
  /** Compresses the body without having been asked. */
  encoding: {
    encoding: field.required(field.oneOf('br', 'gzip')),
    damage: field.oneOf('truncated', 'corrupt', 'mislabelled'),
  },
  /** A line (a JSON string, when not streaming) that never ends. */
  'endless-line': {},
  /** Content deltas without end. */
  'endless-deltas': {},
  /** The ordinary body in pieces of so many bytes. */
  split: { every: field.required(field.positive), pauseMs: field.count },
  /** A body written by the test, as text or base64; with `onSocket` the response's head too. `then`: after its end. */
  raw: {
    text: field.text,
    base64: field.text,
    onSocket: field.flag,
    status: field.httpStatus,
    headers: field.headerSet,
    splitEvery: field.positive,
    pauseMs: field.count,
    then: field.oneOf('stall', 'cut', 'reset'),
  },
};

/** What a test dictates about an answer; the rest is made up. */
export const answerFields = {
  /** The text; it is split into token-like pieces. */
  text: field.text,
  /** The text and its exact split: one streamed delta each. */
  pieces: field.texts,
  /** Streamed as reasoning before the text. */
  reasoning: field.texts,
  finishReason: field.text,
  promptTokens: field.count,
  completionTokens: field.count,
  /** USD, in place of what the price list says; null: the reply does not tell. */
  cost: field.nullable(field.count),
};
export type AnswerPlan = Values<typeof answerFields>;

export type FaultKind = keyof typeof faultFields;
export type FaultOf<K extends FaultKind> = {
  [P in K]: { readonly kind: P } & Values<(typeof faultFields)[P]>;
}[K];

/** What one call gets: a fault (or `normal`), and on top of it an answer and a pace other than the usual ones. */
export type Step = FaultOf<FaultKind> & {
  readonly answer?: AnswerPlan;
  readonly firstTokenMs?: number;
  readonly chunkMs?: number;
};

/** @throws Error with a sentence that says what is wrong */
export function readStep(value: unknown): Step {
  if (!isObject(value)) throw new Error('A step must be an object with a "kind"');
  const { kind, ...fields } = value;
  if (!isKind(kind)) throw new Error(`Unknown fault. Known: ${Object.keys(faultFields).join(', ')}`);
  readFields(kind, fields, {
    ...faultFields[kind],
    answer: field.object,
    firstTokenMs: field.count,
    chunkMs: field.count,
  });
  if (fields.answer !== undefined) readFields('answer', fields.answer, answerFields);
  return value as unknown as Step;
}

export function isKind(kind: unknown): kind is FaultKind {
  return typeof kind === 'string' && Object.hasOwn(faultFields, kind);
}
