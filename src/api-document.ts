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

/** What the decorators of the routes do not say, as it holds for all of them. `names`: of the models, if no others may be asked. */
export function completed(document: OpenAPIObject, names?: readonly string[]): OpenAPIObject {
  for (const [path, methods] of Object.entries(document.paths)) {
    const usual = path.startsWith('/v1/') ? OPENAI_ERROR : PROBLEM;
    for (const operation of METHODS.flatMap((method) => methods[method] ?? [])) complete(operation, usual);
  }
  const schemas = document.components?.schemas ?? {};
  for (const [name, schema] of Object.entries(schemas)) {
    if ('$ref' in schema || !schema.properties) continue;
    for (const property of Object.values(schema.properties)) allowNull(property, schemas);
    // Rows of the log may hold names of former models.
    const { model } = schema.properties;
    if (names && name.endsWith('RequestDto') && model && !('$ref' in model)) model.enum = [...names];
  }
  const text = JSON.stringify(document);
  // What was only referred to where null may stand.
  for (const name of Object.keys(schemas))
    if (!text.includes(`"${REF}${name}"`)) Reflect.deleteProperty(schemas, name);
  return document;
}

function complete(operation: Operation, usual: Content): void {
  const { responses, security } = operation;
  const content = failureOf(responses) ?? usual;
  // Said even where none is needed: tools take silence for forgetfulness.
  operation.security = security ? KEY_SCHEMES.map((scheme) => ({ [scheme]: [] })) : [];
  const common = {
    ...(security && {
      401: `No key came (${KEY_SCHEMES.join(' or ')}), or it does not count.`,
      403: 'The key may not do this.',
    }),
    421: 'The service is not known by this host name: ALLOWED_HOSTS.',
    default: 'Any other failure.',
  };
  for (const [status, description] of Object.entries(common)) responses[status] ??= { description, content };
}

/** Failures of one route have one shape: that of those which it names. */
function failureOf(responses: Responses): Content | undefined {
  const contents = Object.values(responses).flatMap((response) =>
    response && 'content' in response && response.content ? Object.entries(response.content) : [],
  );
  const isFailure = ([, { schema }]: (typeof contents)[number]) =>
    schema !== undefined && '$ref' in schema && /(Problem|Error)Dto$/.test(schema.$ref);
  const [type, { schema } = {}] = contents.find(isFailure) ?? [];
  return type === undefined ? undefined : { [type]: { schema } };
}

/** In OpenAPI 3.0 `nullable` reaches neither into `enum` nor into a schema that is referred to: that is copied. */
function allowNull(schema: Schema, schemas: Schemas): void {
  if ('$ref' in schema || !schema.nullable) return;
  if (schema.enum && !schema.enum.includes(null)) schema.enum.push(null);
  const [referred] = schema.allOf ?? [];
  if (!referred || !('$ref' in referred)) return;
  delete schema.allOf;
  Object.assign(schema, { ...schemas[referred.$ref.slice(REF.length)], ...schema });
}
