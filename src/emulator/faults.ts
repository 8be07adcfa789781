import type { AnswerPlan } from './answers.js';
import type { AvailabilityCode } from './availability.js';
import type { StreamPart } from './frames.js';

/** When a connection goes wrong; a number is a count of content chunks already sent. */
export type Moment = 'before-headers' | 'after-headers' | number;

interface Interrupted {
  readonly at: Moment;
  /** Delimit the body by the end of the connection: then FIN and RST look like a clean end to many clients. */
  readonly closeDelimited?: boolean;
}

/** Everything that can be made to happen, by kind. All of it is plain JSON, so it can be sent to the control path. */
export interface FaultFields {
  /** Nothing goes wrong. */
  normal: object;
  /** An HTTP error (or any reply). `body`: a string is sent as it is; the documented error object if undefined. */
  status: {
    readonly status: number;
    readonly message?: string;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    /** Seconds, a date, or nonsense. */
    readonly retryAfter?: number | string;
    /** Who limits: only OpenRouter's own 429 has X-RateLimit headers, a provider's has its code in the metadata. */
    readonly origin?: 'openrouter' | 'provider';
    readonly metadata?: Readonly<Record<string, unknown>>;
  };
  /** The slug cannot be had; a body with an `availability` object. */
  unavailable: { readonly code: AvailabilityCode; readonly codeless?: boolean };
  /** Silence from then on. */
  stall: Interrupted;
  /** FIN. */
  cut: Interrupted;
  /** RST. */
  reset: Interrupted;
  /** Comments for ever and nothing else. */
  comments: { readonly everyMs?: number };
  /** 200 and bytes that are neither JSON nor SSE. */
  garbage: object;
  /** A proxy's HTML page; status 200 is a captive portal. */
  html: { readonly status?: number };
  /** Status 200, an `error` object as the whole body. */
  'error-200': { readonly code?: number | string; readonly message?: string };
  /** `choices: []` throughout. */
  'empty-choices': object;
  /** No content at all; `finishReason` null: none of that either. */
  'null-content': { readonly finishReason?: string | null };
  /** An error event in the stream, 0: as its first event; `choices[0].error` in a JSON answer. */
  'error-chunk': { readonly after: number; readonly code?: number | string; readonly message?: string };
  /** A `data:` line that is no JSON; the stream goes on after it. */
  'malformed-chunk': { readonly after: number };
  /** Leaves parts of the stream out. */
  omit: { readonly parts: readonly StreamPart[] };
  /** A second `[DONE]` and data after it. */
  'repeat-done': object;
  redirect: { readonly location?: string; readonly status?: number };
  /** Compresses the body without having been asked. */
  encoding: { readonly encoding: 'br' | 'gzip'; readonly damage?: 'truncated' | 'corrupt' | 'mislabelled' };
  /** A line (a JSON string, when not streaming) that never ends. */
  'endless-line': object;
  /** Content deltas without end. */
  'endless-deltas': object;
  /** The ordinary body in pieces of so many bytes. */
  split: { readonly every: number; readonly pauseMs?: number };
  /** A body written by the test, as text or base64; with `onSocket` the response's head too. */
  raw: {
    readonly text?: string;
    readonly base64?: string;
    readonly onSocket?: boolean;
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly splitEvery?: number;
    readonly pauseMs?: number;
    /** What follows the last byte; an ordinary end if undefined. */
    readonly then?: 'stall' | 'cut' | 'reset';
  };
}

export type FaultKind = keyof FaultFields;

export type FaultOf<K extends FaultKind> = { [P in K]: { readonly kind: P } & FaultFields[P] }[K];

export type Fault = FaultOf<FaultKind>;

/** What one call gets: a fault (or `normal`), and on top of it an answer and a pace other than the usual ones. */
export type Step = Fault & {
  readonly answer?: AnswerPlan;
  readonly firstTokenMs?: number;
  readonly chunkMs?: number;
};
