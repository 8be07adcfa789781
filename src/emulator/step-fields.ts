import type { AnswerPlan } from './answers.js';
import { availabilityCodes } from './availability.js';
import { isObject, type JsonObject } from './completion-request.js';
import type { FaultFields, FaultKind, Step } from './faults.js';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number' && value >= 0;
const positive: Check = (value) => typeof value === 'number' && value > 0;
const flag: Check = (value) => typeof value === 'boolean';
const numberOrText: Check = (value) => number(value) || text(value);
const object: Check = isObject;
const anything: Check = () => true;
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const moment: Check = (value) => number(value) || value === 'before-headers' || value === 'after-headers';
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value);

const streamPart = oneOf('comment', 'role', 'reasoning', 'content', 'finish', 'usage', 'done');

const interruption = { at: moment, closeDelimited: flag };

/** What every field of a fault may hold; the first is the one that the command line takes after the kind. */
export const faultFields: { readonly [K in FaultKind]: { readonly [F in keyof FaultFields[K]]-?: Check } } = {
  normal: {},
  status: {
    status: (value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599,
    message: text,
    body: anything,
    headers: object,
    retryAfter: (value) => typeof value === 'number' || text(value),
    origin: oneOf('openrouter', 'provider'),
    metadata: object,
  },
  unavailable: { code: oneOf(...availabilityCodes), codeless: flag },
  stall: interruption,
  cut: interruption,
  reset: interruption,
  comments: { everyMs: number },
  garbage: {},
  html: { status: number },
  'error-200': { code: numberOrText, message: text },
  'empty-choices': {},
  'null-content': { finishReason: (value) => value === null || text(value) },
  'error-chunk': { after: number, code: numberOrText, message: text },
  'malformed-chunk': { after: number },
  omit: { parts: (value) => texts(value) && (value as string[]).every(streamPart) },
  'repeat-done': {},
  redirect: { location: text, status: number },
  encoding: { encoding: oneOf('br', 'gzip'), damage: oneOf('truncated', 'corrupt', 'mislabelled') },
  'endless-line': {},
  'endless-deltas': {},
  split: { every: positive, pauseMs: number },
  raw: {
    text,
    base64: text,
    onSocket: flag,
    status: number,
    headers: object,
    splitEvery: positive,
    pauseMs: number,
    then: oneOf('stall', 'cut', 'reset'),
  },
};

const answerFields: { readonly [F in keyof AnswerPlan]-?: Check } = {
  text,
  pieces: texts,
  reasoning: texts,
  finishReason: text,
  promptTokens: number,
  completionTokens: number,
};

const stepFields: Readonly<Record<string, Check>> = { answer: object, firstTokenMs: number, chunkMs: number };

/** Without these a fault says too little to be carried out. */
const required: Readonly<Partial<Record<FaultKind, readonly string[]>>> = {
  status: ['status'],
  unavailable: ['code'],
  stall: ['at'],
  cut: ['at'],
  reset: ['at'],
  'error-chunk': ['after'],
  'malformed-chunk': ['after'],
  omit: ['parts'],
  encoding: ['encoding'],
  split: ['every'],
};

/** @throws Error with a sentence that says what is wrong */
export function readStep(value: unknown): Step {
  if (!isObject(value)) throw new Error('A step must be an object with a "kind"');
  const { kind, ...fields } = value;
  if (!isKind(kind)) throw new Error(`Unknown fault. Known: ${Object.keys(faultFields).join(', ')}`);
  checkFields(kind, fields, { ...faultFields[kind], ...stepFields });
  const missing = (required[kind] ?? []).filter((name) => !(name in fields));
  if (missing.length > 0) throw new Error(`${kind} needs ${missing.join(', ')}`);
  if (fields.answer !== undefined) readAnswerPlan(fields.answer);
  return value as unknown as Step;
}

/** @throws Error with a sentence that says what is wrong */
export function readAnswerPlan(value: unknown): AnswerPlan {
  if (!isObject(value)) throw new Error('An answer must be an object');
  checkFields('answer', value, answerFields);
  return value;
}

export function isKind(kind: unknown): kind is FaultKind {
  return typeof kind === 'string' && Object.hasOwn(faultFields, kind);
}

function checkFields(owner: string, fields: JsonObject, checks: Readonly<Record<string, Check>>): void {
  const known = new Map(Object.entries(checks));
  for (const [name, value] of Object.entries(fields)) {
    const check = known.get(name);
    if (!check) throw new Error(`${owner} has no field "${name}". It has: ${[...known.keys()].join(', ')}`);
    if (!check(value)) throw new Error(`The value of "${name}" does not suit ${owner}`);
  }
}
