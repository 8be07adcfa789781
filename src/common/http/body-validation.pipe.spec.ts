import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IsOptional, IsString } from 'class-validator';
import { ChatRequestDto, MessageDto } from '../../chat/dto/chat-request.dto.js';
import { LogPageQueryDto } from '../../logging/dto/log-query.dto.js';
import { CompletionRequestDto } from '../../openai/dto/completion-request.dto.js';
import type { Problem } from '../problem.js';
import { BodyValidationPipe } from './body-validation.pipe.js';
import { parseJson } from './read-json.js';
import { Nested } from './to-dto.js';
import { leastCpuMs } from '../../../test/support/least-cpu-ms.js';

const SRC = join(__dirname, '../..');
const hi = { role: 'user', content: 'Hi' };
const many = (count: number, item: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => item(n)).join();
const chatWith = (fields: string): string => `{"model":"llama","prompt":"x",${fields}}`;
const completionWith = (fields: string): string =>
  `{"model":"llama","messages":[${JSON.stringify(hi)}],${fields}}`;

class Inner {
  @IsString()
  text!: string;
}

class Outer {
  @IsOptional()
  @Nested(() => Inner)
  inner?: Inner;
  @IsOptional()
  @IsString()
  kind = 'plain';
}

describe('BodyValidationPipe', () => {
  const pipe = new BodyValidationPipe();
  const body = (metatype: new () => object, json: string): unknown => {
    const parsed = parseJson(Buffer.from(json));
    if (!('value' in parsed)) throw parsed;
    return pipe.transform(parsed.value, { type: 'body', metatype });
  };
  const faultOf = (act: () => unknown): Problem => {
    try {
      act();
    } catch (problem) {
      return problem as Problem;
    }
    throw new Error('It was taken');
  };

  it('creates instances, also of nested objects, and keeps initial values', () => {
    const dto = body(ChatRequestDto, JSON.stringify({ model: 'a', messages: [hi] })) as ChatRequestDto;
    expect(dto).toBeInstanceOf(ChatRequestDto);
    expect(dto.messages?.[0]).toBeInstanceOf(MessageDto);
    expect(body(Outer, '{"inner":{"text":"a"}}')).toStrictEqual(
      Object.assign(new Outer(), { inner: Object.assign(new Inner(), { text: 'a' }) }),
    );
  });

  it.each(['null', '"a"', '1', '[]', '[{"text":"a"}]', '{}', '{"text":1}', '{"text":"a","x":1}'])(
    'refuses %s in place of a nested object',
    (inner) => {
      if (inner === 'null') expect(body(Outer, '{"inner":null}')).toMatchObject({ inner: null });
      else expect(faultOf(() => body(Outer, `{"inner":${inner}}`)).errors?.[0]?.path).toMatch(/^inner/);
    },
  );

  it('keeps values without a class unchanged: a tool schema may name a property `constructor`', () => {
    const properties = '{"constructor":{"type":"string"},"toString":{},"__proto__":{"type":"number"}}';
    const tools = `[{"type":"function","function":{"name":"f","parameters":{"properties":${properties}}}}]`;
    const dto = body(CompletionRequestDto, completionWith(`"tools":${tools}`)) as CompletionRequestDto;
    expect(JSON.stringify(dto.tools)).toBe(tools);
  });

  it('converts text in a query to numbers, and keeps defaults', () => {
    const query = Object.assign(Object.create(null) as object, { min_latency: '1.5' });
    const dto = pipe.transform(query, { type: 'query', metatype: LogPageQueryDto });
    expect(dto).toMatchObject({ min_latency: 1.5, limit: 50 });
    expect(dto).toBeInstanceOf(LogPageQueryDto);
  });

  const inherited = ['constructor', 'toString', 'hasOwnProperty', '__proto__', 'prototype', 'valueOf', 'x'];

  it.each(inherited)('H11.10: %s is an unknown field, in bodies, in messages and in queries', (name) => {
    const unknown = (act: () => unknown, path: string) => {
      expect(faultOf(act)).toMatchObject({
        code: 'unknown_parameter',
        errors: [{ path, message: 'is not a known field' }],
      });
    };
    unknown(() => body(ChatRequestDto, chatWith(`"${name}":{"polluted":1}`)), name);
    const message = `{"role":"user","content":"x","${name}":1}`;
    unknown(() => body(ChatRequestDto, `{"model":"a","messages":[${message}]}`), `messages[0].${name}`);
    const query = Object.defineProperty(Object.create(null) as object, name, {
      value: '1',
      enumerable: true,
    });
    unknown(() => pipe.transform(query, { type: 'query', metatype: LogPageQueryDto }), name);
    expect(body(CompletionRequestDto, completionWith(`"${name}":1`))).not.toHaveProperty('polluted');
  });

  it.each<[string, new () => object, string]>([
    ['50,000 empty messages', ChatRequestDto, `{"model":"a","messages":[${many(49_000, () => '{}')}]}`],
    ['the same under /v1', CompletionRequestDto, `{"model":"a","messages":[${many(49_000, () => '{}')}]}`],
    [
      'messages in a list in the list',
      ChatRequestDto,
      `{"model":"a","messages":[[${many(49_000, () => '{}')}]]}`,
    ],
    [
      'bad messages',
      CompletionRequestDto,
      `{"model":"a","messages":[${many(2_048, () => '{"role":1,"name":1,"refusal":1}')}]}`,
    ],
    ['50,000 unknown fields', ChatRequestDto, chatWith(many(49_000, (n) => `"unknown_${n}":1`))],
    ['an unknown field of 4 MB', ChatRequestDto, chatWith(`"${'k'.repeat(4_000_000)}":1`)],
    [
      'objects in place of one',
      CompletionRequestDto,
      completionWith(`"stream_options":[${many(49_000, () => '{}')}]`),
    ],
    [
      'unknown arrays in arrays',
      ChatRequestDto,
      chatWith(`"x":[${many(700, () => '['.repeat(60) + ']'.repeat(60))}]`),
    ],
    [
      'long numbers',
      CompletionRequestDto,
      completionWith(`"logit_bias":{${many(10_000, (n) => `"${n}":${'9'.repeat(300)}`)}}`),
    ],
  ])('H8: %s: at most 20 errors, in a small reply, quickly', async (_what, metatype, json) => {
    const refuse = (): void => {
      const { errors = [] } = faultOf(() => body(metatype, json));
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThanOrEqual(20);
      expect(JSON.stringify(errors).length).toBeLessThan(5_000);
    };
    expect(await leastCpuMs(refuse, 100)).toBeLessThan(100);
  });

  it.each([
    ['"seed":12345678901234567890', 'seed'],
    ['"seed":9007199254740993', 'seed'],
    ['"seed":1e23', 'seed'],
    ['"tools":[{"type":"f","max":1e23,"min":9007199254740992}]', undefined],
    ['"logit_bias":{"a":0,"b":1e400}', 'logit_bias.b'],
    ['"logit_bias":{"a":-1E+400}', 'logit_bias.a'],
    ['"logit_bias":{"a":1e-400}', 'logit_bias.a'],
    ['"logit_bias":{"a":0.0e-400,"b":0.30000000000000004,"c":0.699999988079071044921875}', undefined],
    [
      '"tools":[{"type":"f","x":"1e400, \\"1e400"},{"type":"f","max":[1,18446744073709551615]}]',
      'tools[1].max[1]',
    ],
    ['"tools":[{"type":"f","constructor":{"a b":12345678901234567890.5}}]', 'tools[0].constructor.a b'],
    ['"ignored":{"id":12345678901234567890}', undefined],
    ['"seed":1e400,"seed":1', undefined],
  ])('H11.17: %s: refuses numbers that JSON.parse would change, with their path', (fields, path) => {
    const act = () => body(CompletionRequestDto, completionWith(fields));
    if (path === undefined) expect(act()).toBeInstanceOf(CompletionRequestDto);
    else expect(faultOf(act).errors).toEqual([{ path, message: expect.any(String) }]);
  });

  it('no DTO uses @Type or @Transform, which have no effect on a body', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.dto.ts'),
    );
    expect(files.length).toBeGreaterThan(5);
    const using = files.filter((path) =>
      readFileSync(join(SRC, path), 'utf8').includes("'class-transformer'"),
    );
    expect(using).toEqual([]);
  });
});
