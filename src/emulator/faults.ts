import {
  anything,
  count,
  either,
  flag,
  headerSet,
  httpStatus,
  isObject,
  listOf,
  nullable,
  number,
  object,
  oneOf,
  positive,
  readFields,
  required,
  text,
  texts,
  type Values,
} from './fields.js';
import { availabilityCodes } from './wire/availability.js';
import { streamParts } from './wire/frames.js';

// `at`: when a connection goes wrong; a number is a count of content chunks already sent. `closeDelimited`: the body
// ends with the connection, so that FIN and RST look like a clean end to many clients.
const interruption = {
  at: required(either(oneOf('before-headers', 'after-headers'), count)),
  closeDelimited: flag,
};
const errorCode = either(count, text);

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
    status: required(httpStatus),
    message: text,
    body: anything,
    headers: headerSet,
    retryAfter: either(number, text),
    origin: oneOf('openrouter', 'provider'),
    metadata: object,
  },
  /** The slug cannot be had; a body with an `availability` object. `codeless`: in the form of OpenRouter's examples. */
  unavailable: { code: required(oneOf(...availabilityCodes)), codeless: flag },
  /** Silence from then on. */
  stall: interruption,
  /** FIN. */
  cut: interruption,
  /** RST. */
  reset: interruption,
  /** Comments for ever and nothing else. */
  comments: { everyMs: count },
  /** 200 and bytes that are neither JSON nor SSE. */
  garbage: {},
  /** A proxy's HTML page; status 200 is a captive portal. */
  html: { status: httpStatus },
  /** Status 200, an `error` object as the whole body. */
  'error-200': { code: errorCode, message: text },
  /** `choices: []` throughout. */
  'empty-choices': {},
  /** No content at all; `finishReason` null: none of that either. */
  'null-content': { finishReason: nullable(text) },
  /** An error event in the stream, 0: as its first event; `choices[0].error` in a JSON answer. */
  'error-chunk': { after: required(count), code: errorCode, message: text },
  /** A `data:` line that is no JSON; the stream goes on after it. */
  'malformed-chunk': { after: required(count) },
  /** Leaves parts of the stream out. */
  omit: { parts: required(listOf(oneOf(...streamParts))) },
  /** A second `[DONE]` and data after it. */
  'repeat-done': {},
  redirect: { location: text, status: httpStatus },
  /** Compresses the body without having been asked. */
  encoding: { encoding: required(oneOf('br', 'gzip')), damage: oneOf('truncated', 'corrupt', 'mislabelled') },
  /** A line (a JSON string, when not streaming) that never ends. */
  'endless-line': {},
  /** Content deltas without end. */
  'endless-deltas': {},
  /** The ordinary body in pieces of so many bytes. */
  split: { every: required(positive), pauseMs: count },
  /** A body written by the test, as text or base64; with `onSocket` the response's head too. `then`: after its end. */
  raw: {
    text,
    base64: text,
    onSocket: flag,
    status: httpStatus,
    headers: headerSet,
    splitEvery: positive,
    pauseMs: count,
    then: oneOf('stall', 'cut', 'reset'),
  },
};

/** What a test dictates about an answer; the rest is made up. */
export const answerFields = {
  /** The text; it is split into token-like pieces. */
  text,
  /** The text and its exact split: one streamed delta each. */
  pieces: texts,
  /** Streamed as reasoning before the text. */
  reasoning: texts,
  finishReason: text,
  promptTokens: count,
  completionTokens: count,
  /** USD, in place of what the price list says; null: the reply does not tell. */
  cost: nullable(count),
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
  readFields(kind, fields, { ...faultFields[kind], answer: object, firstTokenMs: count, chunkMs: count });
  if (fields.answer !== undefined) readFields('answer', fields.answer, answerFields);
  return value as unknown as Step;
}

export function isKind(kind: unknown): kind is FaultKind {
  return typeof kind === 'string' && Object.hasOwn(faultFields, kind);
}
