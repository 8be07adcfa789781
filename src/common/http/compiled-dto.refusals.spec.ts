import type { Type as Class } from '@nestjs/common';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import { IsDefined, IsNotEmpty, IsString, registerDecorator, ValidateNested } from 'class-validator';
import { BodyValidationPipe } from './body-validation.pipe.js';
import { compileDto, NotUnderstood } from './compiled-dto.js';

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
