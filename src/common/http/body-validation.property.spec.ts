import { type Type, ValidationPipe } from '@nestjs/common';
import fc from 'fast-check';
import { ChatRequestDto } from '../../chat/dto/chat-request.dto.js';
import { CompletionRequestDto } from '../../openai/dto/completion-request.dto.js';
import { Problem } from '../problem.js';
import { BodyValidationPipe } from './body-validation.pipe.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const RUNS = 2000;

const HOSTILE = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf'],
  ...['__defineGetter__', 'then', 'length', 'name', 'type', 'role', 'content', '', '0', 'undefined', 'x'],
];
const FIELDS = [...Object.keys(new ChatRequestDto()), ...Object.keys(new CompletionRequestDto())];
const key = fc.oneof(fc.constantFrom(...HOSTILE), fc.constantFrom(...FIELDS), fc.string({ maxLength: 3 }));
const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -0,
    1,
    2,
    -1,
    0.5,
    21,
    1e300,
    2 ** 53,
    '',
    ' ',
    '\u00a0',
    'user',
    'system',
  ),
  fc.constantFrom('llama', 'auto', 'text', 'assistant', 'tool', '[object Object]'),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const objectOf = (value: fc.Arbitrary<Json>) =>
  fc.array(fc.tuple(key, value), { maxLength: 4 }).map((entries) => Object.fromEntries(entries) as Json);
const anything: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    objectOf(tie('json')),
  ),
})).json;

const words = fc.constantFrom('a', 'hello', '\u{1f600}', '__proto__');
const unit = fc.constantFrom(0, 0.5, 1);
const amount = fc.constantFrom(1, 7, 4096);
const typed = (type: string) => anything.map((more): Json => ({ ...fields(more), type }));
const fields = (value: Json) => (typeof value === 'object' && !Array.isArray(value) ? value : {});
const stop = fc.oneof(words, fc.array(words, { minLength: 1, maxLength: 4 }));
const fallback = fc.oneof(fc.constant(true), fc.array(words, { minLength: 1, maxLength: 3 }));
const some = (model: Record<string, fc.Arbitrary<Json>>, requiredKeys: string[]) =>
  fc.record(model, { requiredKeys }) as fc.Arbitrary<Json>;

const shared = {
  ...{ model: words, stop, fallback, temperature: unit, top_p: unit, seed: fc.integer(), max_tokens: amount },
  stream: fc.boolean(),
};
const message = some({ role: fc.constantFrom('user', 'system'), content: words }, ['role', 'content']);
const toUser = fc
  .array(message, { maxLength: 3 })
  .map((all): Json => [...all, { role: 'user', content: 'x' }]);
const chat = fc.oneof(
  some({ ...shared, prompt: words, system: words }, ['prompt']),
  some({ ...shared, messages: toUser }, ['messages']),
);

const part = fc.oneof(
  words.map((text): Json => ({ type: 'text', text })),
  typed('input_audio'),
);
const call = words.map((id): Json => ({ id, type: 'function', function: { name: id, arguments: '{}' } }));
const turn = fc.oneof(
  some({ role: words.map(() => 'user'), content: words, name: words, mood: anything }, ['role', 'content']),
  some({ role: words.map(() => 'user'), content: fc.array(part, { minLength: 1, maxLength: 3 }) }, [
    'role',
    'content',
  ]),
  some(
    {
      role: words.map(() => 'assistant'),
      tool_calls: fc.array(call, { minLength: 1, maxLength: 2 }),
      reasoning_details: fc.array(anything, { maxLength: 2 }),
      refusal: words.map(() => null),
    },
    ['role'],
  ),
  some({ role: words.map(() => 'tool'), content: words, tool_call_id: words }, [
    'role',
    'content',
    'tool_call_id',
  ]),
);
const completion = some(
  {
    ...shared,
    messages: fc.array(turn, { minLength: 1, maxLength: 4 }),
    tools: fc.array(typed('function'), { maxLength: 2 }),
    tool_choice: fc.oneof(fc.constant('auto'), typed('function')),
    response_format: typed('json_schema'),
    logit_bias: objectOf(unit),
    reasoning: anything.map(fields),
    stream_options: fc.constantFrom<Json>(
      { include_usage: true },
      { include_usage: null, more: 1 },
      {},
      null,
    ),
    unknown_to_us: anything,
    n: fc.constantFrom(1, null),
  },
  ['messages'],
);

/** A key set or removed somewhere in the tree. */
interface Mutation {
  readonly path: readonly number[];
  readonly key: string;
  readonly value: Json | undefined;
}
const mutation: fc.Arbitrary<Mutation> = fc.record({
  path: fc.array(fc.nat(30), { maxLength: 4 }),
  key,
  value: fc.option(anything, { nil: undefined, freq: 5 }),
});

function mutate(body: Json, { path, key: name, value }: Mutation): void {
  let at = body as object;
  for (const step of path) {
    const children = (Object.values(at) as Json[]).filter((child) => typeof child === 'object');
    at = children[step % Math.max(children.length, 1)] ?? at;
  }
  const places = Array.isArray(at) || path.length % 2 === 1 ? Object.keys(at) : [name];
  const place = places[(path[0] ?? 0) % Math.max(places.length, 1)] ?? '0';
  // Like JSON.parse: `__proto__` is an ordinary key.
  if (value === undefined) Reflect.deleteProperty(at, place);
  else Object.defineProperty(at, place, { value, enumerable: true, configurable: true, writable: true });
}

const bodiesLike = (valid: fc.Arbitrary<Json>) =>
  fc
    .oneof(
      { weight: 4, arbitrary: fc.tuple(valid, fc.array(mutation, { maxLength: 3 })) },
      { weight: 1, arbitrary: fc.tuple(objectOf(anything), fc.constant([])) },
    )
    .map(([body, mutations]) => {
      const copy = JSON.parse(JSON.stringify(body)) as Json;
      for (const one of mutations) mutate(copy, one);
      return JSON.stringify(copy);
    });

/** Nest's pipe, with the options that BodyValidationPipe gives it. */
async function slowly(type: Type<object>, strict: boolean, body: object): Promise<unknown> {
  class Refused extends Error {}
  const pipe = new ValidationPipe({
    ...{ whitelist: true, forbidUnknownValues: true, stopAtFirstError: true, transform: true },
    ...{ forbidNonWhitelisted: strict, exceptionFactory: () => new Refused() },
  });
  return pipe.transform(body, { type: 'body', metatype: type }).catch((error: unknown) => {
    if (error instanceof Refused) return undefined;
    throw error;
  });
}

/** What class-transformer makes of values without a class of their own: it loses these names. */
function asCopied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asCopied);
  if (typeof value !== 'object' || value === null) return value;
  const isKept = ([name]: [string, unknown]) => !isInherited(name);
  const kept = Object.entries(value).filter(isKept);
  const copied = kept.map(([name, item]) => [name, asCopied(item)] as const);
  return Object.assign(
    Object.create(Object.getPrototypeOf(value) as object) as object,
    Object.fromEntries(copied),
  );
}

const isInherited = (name: string) => name in Object.prototype || name === 'prototype';

/** Is there such a name where a strict DTO knows its fields? Nest's pipe lets those pass. */
function namesInherited(body: object): boolean {
  const { messages } = body as { messages?: unknown };
  const objects = [body, ...(Array.isArray(messages) ? (messages as unknown[]) : [messages])];
  return objects.some(
    (object) => typeof object === 'object' && object !== null && Object.keys(object).some(isInherited),
  );
}

describe('BodyValidationPipe', () => {
  const pipe = new BodyValidationPipe();
  const dtos: [string, Type<object>, boolean, fc.Arbitrary<Json>][] = [
    ['ChatRequestDto', ChatRequestDto, true, chat],
    ['CompletionRequestDto', CompletionRequestDto, false, completion],
  ];

  function ours(metatype: Type<object>, body: object): unknown {
    try {
      return pipe.transform(body, { type: 'body', metatype });
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
      expect((error as Problem).getStatus()).toBe(400);
      expect((error as Problem).errors?.length).toBeGreaterThan(0);
      return undefined;
    }
  }

  it.each(dtos)("accepts what Nest's pipe accepts, with the same %s", async (_name, type, strict, valid) => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(bodiesLike(valid), async (json) => {
        const body = JSON.parse(json) as object;
        const dto = ours(type, body);
        if (dto) taken++;
        expect(JSON.stringify(body)).toBe(json);
        expect({}).not.toHaveProperty('polluted');
        if (strict && namesInherited(body)) {
          expect(dto).toBeUndefined();
          return;
        }
        const theirs = await slowly(type, strict, JSON.parse(json) as object);
        expect(asCopied(dto)).toStrictEqual(theirs);
        // In the same order, because it is forwarded and logged; and without extra keys.
        expect(JSON.stringify(asCopied(dto))).toBe(JSON.stringify(theirs));
      }),
      { numRuns: RUNS },
    );
    expect(taken).toBeGreaterThan(RUNS / 5);
    expect(taken).toBeLessThan((RUNS * 4) / 5);
  });
});
