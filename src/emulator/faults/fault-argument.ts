import { faultFields, isKind, readStep, type Step } from '../faults.js';

/**
 * Reads `slug=kind:value,field:value;kind…`: the value after a kind is its first field, fields may be written in
 * kebab-case, a field without a value is true, `;` separates the steps of successive calls.
 * @throws Error with a sentence that says what is wrong
 */
export function parseFaultArgument(argument: string) {
  const equals = argument.indexOf('=');
  if (equals < 1) throw new Error(`"${argument}" is not of the form slug=fault`);
  const steps = argument.slice(equals + 1).split(';');
  return { slug: argument.slice(0, equals), steps: steps.map(parseStep) };
}

function parseStep(text: string): Step {
  const [head = '', ...rest] = text.split(',').map((part) => part.trim());
  const [kind, value] = parseField(head);
  const step: Record<string, unknown> = { kind };
  const first = isKind(kind) ? Object.keys(faultFields[kind])[0] : undefined;
  if (first !== undefined && value !== true) step[first] = value;
  for (const [name, fieldValue] of rest.map(parseField)) step[camelCase(name)] = fieldValue;
  if (typeof step.parts === 'string') step.parts = step.parts.split('+');
  return readStep(step);
}

function parseField(text: string): [name: string, value: unknown] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, true] : [text.slice(0, colon), parseValue(text.slice(colon + 1))];
}

function parseValue(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (text === 'null') return null;
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
