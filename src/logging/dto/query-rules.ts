import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInt, IsNumber, Max, Min, registerDecorator } from 'class-validator';

const NUMBER = /^\d{1,15}(\.\d{1,9})?$/;
/** Date, or date and time; UTC if there is no time zone. An unencoded `+` arrives as a blank. */
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+ -]\d\d:\d\d)?)?$/;
const EARLIEST = Date.UTC(1970, 0, 1);

/** A number in the query string. Text that is not a plain number is refused: `Number` would accept `''` and `0x10`. */
export function NumberParameter(min: number, max: number, isWhole = false): PropertyDecorator {
  const message = `must be a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}`;
  return applyDecorators(
    fromText((text) => (NUMBER.test(text) ? Number(text) : undefined)),
    isWhole ? IsInt({ message }) : IsNumber({}, { message }),
    Min(min, { message }),
    Max(max, { message }),
  );
}

/** A date or time in the query string. */
export function MomentParameter(): PropertyDecorator {
  return applyDecorators(
    fromText(momentOf),
    rule(
      (value) => value instanceof Date,
      'must be a date or time since 1970, e.g. 2026-11-23 or 2026-11-23T17:20:47Z',
    ),
  );
}

/** Not less than another parameter, if both are given. */
export function NotBelow(other: string, message: string): PropertyDecorator {
  return rule((value, parameters) => !(Number(value) < Number(parameters[other] ?? -Infinity)), message);
}

/** Undefined if the text is not a moment that a log can contain. */
export function momentOf(text: string): Date | undefined {
  const [, day, time = '00:00', zone = 'Z'] = MOMENT.exec(text) ?? [];
  if (!day) return undefined;
  const moment = new Date(`${day}T${time}${zone.replace(' ', '+')}`);
  return moment.getTime() >= EARLIEST && isRealDay(day) ? moment : undefined;
}

/** JavaScript reads 30 February as 2 March. */
function isRealDay(day: string): boolean {
  const date = new Date(`${day}T00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function fromText(parse: (text: string) => unknown): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? (parse(value) ?? value) : value,
  );
}

function rule(
  holds: (value: unknown, parameters: Record<string, unknown>) => boolean,
  message: string,
): PropertyDecorator {
  return (target, property) => {
    const validate = (value: unknown, all?: { object: object }) =>
      holds(value, (all?.object ?? {}) as Record<string, unknown>);
    registerDecorator({
      name: 'rule',
      target: target.constructor,
      propertyName: String(property),
      validator: { validate, defaultMessage: () => message },
    });
  };
}
