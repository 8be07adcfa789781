import { registerDecorator } from 'class-validator';

/** Date, or date and time with or without zone; without, it is UTC. An unencoded `+` arrives as a blank. */
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+ -]\d\d:\d\d)?)?$/;
const EARLIEST = Date.UTC(1970, 0, 1);

/** Undefined for what is no moment that a log may hold. */
export function momentOf(text: unknown): Date | undefined {
  const [, day, time = '00:00', zone = 'Z'] = (typeof text === 'string' ? MOMENT.exec(text) : null) ?? [];
  if (!day) return undefined;
  const moment = new Date(`${day}T${time}${zone.replace(' ', '+')}`);
  return moment.getTime() >= EARLIEST && isRealDay(day) ? moment : undefined;
}

/** JavaScript takes the 30th of February for the 2nd of March. */
function isRealDay(day: string): boolean {
  const date = new Date(`${day}T00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

export function IsMoment(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isMoment',
      target: target.constructor,
      propertyName: propertyName.toString(),
      validator: {
        validate: (value: unknown) => momentOf(value) !== undefined,
        defaultMessage: () => 'must be a date or time since 1970, e.g. 2026-11-23 or 2026-11-23T17:20:47Z',
      },
    });
  };
}
