import type { Type as Class } from '@nestjs/common';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import {
  Allow,
  IsDefined,
  IsNotEmpty,
  IsOptional,
  IsString,
  MinLength,
  registerDecorator,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { ChatRequestDto, MessageDto } from '../../chat/dto/chat-request.dto.js';
import { CompletionMessageDto } from '../../openai/dto/completion-message.dto.js';
import { CompletionRequestDto } from '../../openai/dto/completion-request.dto.js';
import { BodyValidationPipe } from './body-validation.pipe.js';
import { compileDto, NotUnderstood } from './compiled-dto.js';

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

class Inner {
  @IsString()
  text!: string;
}

/** A class with one field that is right, and another as it is told. */
function classWith(...decorators: PropertyDecorator[]): Class<object> {
  class Dto {
    @IsString()
    right!: string;
    other!: unknown;
  }
  for (const decorator of decorators) decorator(Dto.prototype, 'other');
  return Dto;
}

const reflected = (type: unknown) => Reflect.metadata('design:type', type) as PropertyDecorator;
const nested = ValidateNested();
const later: PropertyDecorator = (target, name) => {
  registerDecorator({
    ...{ name: 'later', async: true, target: target.constructor, propertyName: String(name) },
    validator: { validate: () => Promise.resolve(true) },
  });
};

class WithMethod {
  @IsString()
  text!: string;
  get long() {
    return this.text.length > 9;
  }
}

@Exclude()
class ExcludedAsAWhole extends Inner {}

class WithinItself {
  @ValidateNested()
  @Type(() => WithinItself)
  inner?: object;
}

class WithFunction {
  @IsNotEmpty()
  call: unknown = () => 1;
}

class WithNested {
  @ValidateNested()
  @Type(() => Inner)
  inner = new Inner();
}

class WithDropped {
  @IsString()
  prototype!: string;
}

describe('compileDto does without', () => {
  it.each<[string, Class<object>]>([
    ['groups', classWith(IsString({ groups: ['a'] }))],
    ['a rule with a condition of its own', classWith(IsString({ validateIf: () => false }))],
    ['asynchronous rules', classWith(later)],
    ['rules of type isDefined', classWith(IsDefined())],
    [
      '@Transform',
      classWith(
        IsString(),
        Transform(({ value }) => String(value)),
      ),
    ],
    ['@Expose and @Exclude', classWith(IsString(), Expose({ name: 'another' }))],
    ['@Expose and @Exclude', classWith(IsString(), Exclude())],
    [
      '@Type without @ValidateNested',
      classWith(
        IsString(),
        Type(() => Inner),
      ),
    ],
    ['@Type without @ValidateNested', classWith(nested)],
    [
      'a @Type that depends on the value',
      classWith(
        nested,
        Type((about) => about?.newObject as typeof Inner),
      ),
    ],
    ['a @Type that depends on the value', classWith(nested, Type())],
    [
      'a @Type that depends on the value',
      classWith(
        nested,
        Type(() => Inner, { discriminator: { property: 'kind', subTypes: [] } }),
      ),
    ],
    [
      'a collection other than an array',
      classWith(
        nested,
        reflected(Set),
        Type(() => Inner),
      ),
    ],
    ['a field without rules', classWith()],
    [
      'a class without rules',
      classWith(
        nested,
        Type(() => Object),
      ),
    ],
    [
      'methods and accessors',
      classWith(
        nested,
        Type(() => Date),
      ),
    ],
    ['methods and accessors', WithMethod],
    ['methods and accessors', class extends WithMethod {}],
    ['@Expose and @Exclude', ExcludedAsAWhole],
    ['a class within itself', WithinItself],
    ['a function, which is never overwritten', WithFunction],
    ['a nested DTO that the class brings along', WithNested],
    ['a name that class-transformer drops', WithDropped],
  ])('%s', (what, type) => {
    expect(() => compileDto(type, true)).toThrow(NotUnderstood);
    expect(() => compileDto(type, true)).toThrow(what);
  });

  it('what BodyValidationPipe then leaves to class-validator', async () => {
    const metatype = classWith(
      IsString(),
      Transform(({ value }) => `${String(value)}!`),
    );
    const dto = new BodyValidationPipe().transform({ right: 'a', other: 'b' }, { type: 'body', metatype });
    expect(await dto).toStrictEqual(Object.assign(new metatype(), { right: 'a', other: 'b!' }));
  });
});
