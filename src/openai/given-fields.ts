/** Clients of OpenAI's API send null for absent values. */
export function withoutNulls(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
}

/** Only the fields that have a value. */
export function picked<T extends object>(
  body: T,
  fields: readonly (keyof T & string)[],
): Record<string, unknown> {
  return withoutNulls(Object.fromEntries(fields.map((field) => [field, body[field]])));
}
