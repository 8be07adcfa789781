import { Type } from 'class-transformer';
import {
  Allow,
  IsOptional,
  IsString,
  MinLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { ChatRequestDto, MessageDto } from '../../chat/dto/chat-request.dto.js';
import { CompletionMessageDto } from '../../openai/dto/completion-message.dto.js';
import { CompletionRequestDto } from '../../openai/dto/completion-request.dto.js';
import { BodyValidationPipe } from './body-validation.pipe.js';
import { compileDto } from './compiled-dto.js';

const parsed = (json: string) => JSON.parse(json) as object;

describe('compileDto', () => {
  const buildChat = compileDto(ChatRequestDto, true);
  const buildCompletion = compileDto(CompletionRequestDto, false);

  it('makes instances, with the fields that the classes declare', () => {
    const dto = buildChat({ messages: [{ role: 'user', content: 'Hi' }] }) as ChatRequestDto;
    expect(dto).toBeInstanceOf(ChatRequestDto);
    expect(Object.keys(dto)).toEqual(Object.keys(new ChatRequestDto()));
    expect(dto.messages?.[0]).toBeInstanceOf(MessageDto);
  });

  it('refuses unknown fields or drops them, in what is nested too', () => {
    const hi = { role: 'user', content: 'Hi' };
    expect(buildChat({ prompt: 'Hi', x: 1 })).toBeUndefined();
    expect(buildChat({ messages: [{ ...hi, x: 1 }] })).toBeUndefined();
    const dto = buildCompletion({ messages: [{ ...hi, x: 1 }], x: 1 }) as CompletionRequestDto;
    expect(dto).not.toHaveProperty('x');
    expect(dto.messages[0]).toBeInstanceOf(CompletionMessageDto);
    expect(dto.messages[0]).not.toHaveProperty('x');
  });

  it('lets names of the prototype fall, as class-transformer does, and pollutes nothing', () => {
    const hostile = '"__proto__": {"polluted": 1}, "constructor": 1, "prototype": 1, "toString": 1';
    const json = `{"messages": [{"role": "user", "content": "Hi", ${hostile}}], ${hostile}}`;
    for (const build of [buildChat, buildCompletion]) {
      const dto = build(parsed(json)) as ChatRequestDto;
      expect(JSON.stringify(dto)).toBe('{"messages":[{"role":"user","content":"Hi"}]}');
      expect([dto, dto.messages?.[0], {}].filter((object) => object && 'polluted' in object)).toEqual([]);
      expect(Object.hasOwn(dto, 'toString')).toBe(false);
    }
  });

  it('keeps what has no class as it came: the schema of a tool may name a property `constructor`', async () => {
    const properties = '{"constructor": {"type": "string"}, "toString": {}, "__proto__": {"type": "number"}}';
    const tools = `[{"type": "function", "function": {"name": "f", "parameters": {"properties": ${properties}}}}]`;
    const body = parsed(`{"messages": [{"role": "user", "content": "Hi"}], "tools": ${tools}}`);
    const pipe = new BodyValidationPipe();
    const dto = await pipe.transform(body, { type: 'body', metatype: CompletionRequestDto });
    expect((dto as CompletionRequestDto).tools).toBe((body as CompletionRequestDto).tools);
    expect(JSON.stringify((dto as CompletionRequestDto).tools)).toBe(JSON.stringify(JSON.parse(tools)));
  });

  it('follows the rules of a class that extends another, and keeps initial values', () => {
    class Base {
      @IsString()
      name!: string;
      @IsOptional()
      @IsString()
      kind = 'plain';
    }
    class Extended extends Base {
      @Allow()
      more?: unknown;
      @IsOptional()
      @MinLength(3)
      long?: string;
    }
    const build = compileDto(Extended, true);
    const body = { name: 'a', more: [{}], long: 'abc' };
    expect(build(body)).toStrictEqual(Object.assign(new Extended(), body));
    expect(build({ name: 'a', kind: 'fancy' })).toMatchObject({ kind: 'fancy' });
    expect(build({ name: 'a', kind: 1 })).toBeUndefined();
    expect(build({ name: 'a', long: 'ab' })).toBeUndefined();
    expect(build({ long: 'abc' })).toBeUndefined();
  });

  it('asks a rule for each item where it is for each', () => {
    class Tags {
      @IsString({ each: true })
      tags!: string[];
    }
    const build = compileDto(Tags, true);
    expect(build({ tags: ['a', 'b'] })).toEqual({ tags: ['a', 'b'] });
    expect(build({ tags: ['a', 1] })).toBeUndefined();
    expect(build({ tags: 'a' })).toEqual({ tags: 'a' });
  });

  it('looks into nested objects only, and leaves to class-validator what their condition excuses', () => {
    class Inner {
      @IsString()
      text!: string;
    }
    class Outer {
      @ValidateIf((outer: Outer) => outer.mode !== 'off')
      @ValidateNested()
      @Type(() => Inner)
      inner?: Inner;
      @IsOptional()
      mode?: string;
    }
    const build = compileDto(Outer, false);
    expect(build({ inner: { text: 'a' } })).toEqual({ inner: { text: 'a' } });
    expect(build({ inner: [{ text: 'a' }] })).toEqual({ inner: [{ text: 'a' }] });
    expect(build({})).toEqual({});
    expect(build({ mode: 'off', inner: null })).toEqual({ mode: 'off', inner: null });
    for (const inner of [null, 'a', 1, true, [null], ['a'], [[{ text: 'a' }]], { text: 1 }, [{}]])
      expect(build({ inner })).toBeUndefined();
    // It would keep its unknown fields.
    expect(build({ mode: 'off', inner: { text: 'a', x: 1 } })).toBeUndefined();
  });

  it('tells a rule about the field and what it is in', () => {
    const validate = jest.fn((_value: unknown, _about: unknown) => true);
    class Asked {
      @ValidateBy({ name: 'asked', constraints: [7], validator: { validate } })
      field!: string;
    }
    const object = compileDto(Asked, true)({ field: 'a' });
    expect(validate.mock.calls).toEqual([
      ['a', { targetName: 'Asked', property: 'field', object, value: 'a', constraints: [7] }],
    ]);
  });

  it('does not take a promise that nobody spoke of for a yes', () => {
    class Later {
      @ValidateBy({ name: 'later', validator: { validate: () => Promise.resolve(false) } })
      field!: string;
    }
    expect(compileDto(Later, true)({ field: 'a' })).toBeUndefined();
  });
});
