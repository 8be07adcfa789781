import type { OpenAPIObject } from '@nestjs/swagger';
import { KEY_SCHEMES } from './common/access.decorator.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Schemas[string];
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Responses = Operation['responses'];
type Content = NonNullable<Extract<Responses[string], { content?: unknown }>['content']>;

const REF = '#/components/schemas/';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const PROBLEM: Content = { 'application/problem+json': { schema: { $ref: `${REF}ProblemDto` } } };
const OPENAI_ERROR: Content = { 'application/json': { schema: { $ref: `${REF}OpenAiErrorDto` } } };

/** Adds what holds for all routes. `names`: the known models, if no others are accepted. */
export function completed(document: OpenAPIObject, names?: readonly string[]): OpenAPIObject {
  for (const [path, methods] of Object.entries(document.paths)) {
    const usual = path.startsWith('/v1/') ? OPENAI_ERROR : PROBLEM;
    for (const operation of METHODS.flatMap((method) => methods[method] ?? [])) complete(operation, usual);
  }
  const schemas = document.components?.schemas ?? {};
  for (const [name, schema] of Object.entries(schemas)) {
    if ('$ref' in schema || !schema.properties) continue;
    for (const property of Object.values(schema.properties)) allowNull(property, schemas);
    // Log rows may contain names of former models.
    const { model } = schema.properties;
    if (names && name.endsWith('RequestDto') && model && !('$ref' in model)) model.enum = [...names];
  }
  const text = JSON.stringify(document);
  // Schemas that were used only where null is allowed.
  for (const name of Object.keys(schemas))
    if (!text.includes(`"${REF}${name}"`)) Reflect.deleteProperty(schemas, name);
  return document;
}

function complete(operation: Operation, usual: Content): void {
  const { responses, security } = operation;
  const content = failureOf(responses) ?? usual;
  // Stated even where no key is needed: tools report a missing entry as an oversight.
  operation.security = security ? KEY_SCHEMES.map((scheme) => ({ [scheme]: [] })) : [];
  const common = {
    ...(security && {
      401: `The key is missing (${KEY_SCHEMES.join(' or ')}) or invalid.`,
      403: 'The key does not permit this.',
    }),
    421: 'The host name is not in ALLOWED_HOSTS.',
    default: 'Any other failure.',
  };
  for (const [status, description] of Object.entries(common)) responses[status] ??= { description, content };
}

/** All failures of a route have the format of those that it documents. */
function failureOf(responses: Responses): Content | undefined {
  const contents = Object.values(responses).flatMap((response) =>
    response && 'content' in response && response.content ? Object.entries(response.content) : [],
  );
  const isFailure = ([, { schema }]: (typeof contents)[number]) =>
    schema !== undefined && '$ref' in schema && /(Problem|Error)Dto$/.test(schema.$ref);
  const [type, { schema } = {}] = contents.find(isFailure) ?? [];
  return type === undefined ? undefined : { [type]: { schema } };
}

/** In OpenAPI 3.0 `nullable` does not apply to an `enum` or a referenced schema: such a schema is copied. */
function allowNull(schema: Schema, schemas: Schemas): void {
  if ('$ref' in schema || !schema.nullable) return;
  if (schema.enum && !schema.enum.includes(null)) schema.enum.push(null);
  const [referred] = schema.allOf ?? [];
  if (!referred || !('$ref' in referred)) return;
  delete schema.allOf;
  Object.assign(schema, { ...schemas[referred.$ref.slice(REF.length)], ...schema });
}
