/** Clients of OpenAI's API send null where they mean nothing. */
export function withoutNulls(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
}

/** Those of the fields that are given. */
export function picked<T extends object>(
  body: T,
  fields: readonly (keyof T & string)[],
): Record<string, unknown> {
  return withoutNulls(Object.fromEntries(fields.map((field) => [field, body[field]])));
}
