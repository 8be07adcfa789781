import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

interface MediaType {
  readonly schema?: object;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Reply {
  readonly content?: Readonly<Record<string, MediaType>>;
}
interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, Reply>>;
}
type Schema = Record<string, unknown> & { properties?: Record<string, Schema> };

export interface SeenReply {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
}

/** Compares replies with what an OpenAPI document of this service says of them. */
export class ApiDocument {
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly validators = new Map<object, ValidateFunction>();

  private constructor(
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>,
    components: object,
  ) {
    addFormats.default(this.ajv);
    this.ajv.addSchema({ $id: 'document', components: closed(components) });
  }

  static async of(url: string): Promise<ApiDocument> {
    const { paths, components } = (await (await fetch(`${url}/docs-json`)).json()) as {
      paths: ApiDocument['paths'];
      components: object;
    };
    return new ApiDocument(paths, components);
  }

  /** What is wrong with the reply, in words; nothing if the document foresees it. */
  faultsOf({ method, path, status, contentType, text }: SeenReply): string[] {
    const template = this.templateOf(path);
    const operation = this.paths[template ?? '']?.[method.toLowerCase()];
    const reply = operation
      ? (operation.responses[status] ?? operation.responses.default)
      : this.failureOfNeighbour(path, template);
    if (!operation && status < 400)
      return [`${method} ${path} is not in the document and answered ${status}`];
    if (!reply) return [`the document has no ${status} for ${method} ${template}`];
    if (!reply.content) return text === '' ? [] : ['the document foresees no body'];
    const type = essence(contentType ?? '');
    const [, media] = Object.entries(reply.content).find(([name]) => essence(name) === type) ?? [];
    if (!media)
      return [`${status} as ${type}, the document foresees ${Object.keys(reply.content).join(', ')}`];
    return type.endsWith('json') ? this.faultsIn(media.schema ?? {}, text) : [];
  }

  private faultsIn(schema: object, text: string): string[] {
    let body: unknown;
    try {
      body = JSON.parse(text) as unknown;
    } catch {
      return ['the body is no JSON'];
    }
    const validate = this.validators.get(schema) ?? this.ajv.compile(pointing(schema));
    this.validators.set(schema, validate);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      `${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
    );
  }

  /** The path of the document that fits; one without parameters is preferred. */
  private templateOf(path: string): string | undefined {
    const fits = Object.keys(this.paths).filter((template) =>
      new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
    return fits.sort((a, b) => a.split('{').length - b.split('{').length)[0];
  }

  /** What no route answers is a failure in the shape of its neighbours: other methods, or other paths. */
  private failureOfNeighbour(path: string, template: string | undefined): Reply | undefined {
    const neighbour = template ?? (/^\/v1(\/|$)/i.test(path) ? '/v1/models' : '/models');
    return Object.values(this.paths[neighbour] ?? {})[0]?.responses.default;
  }

  /** The first example of a request to this route, if it takes a body. */
  exampleOf(method: string, path: string): unknown {
    const { requestBody } = this.paths[path]?.[method.toLowerCase()] ?? {};
    const [example] = Object.values(requestBody?.content['application/json']?.examples ?? {});
    return example?.value;
  }
}

function essence(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

function pointing(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')) as object;
}

/** Nothing may be answered that is not in the document: objects whose fields are listed have no others. */
function closed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(closed) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, closed(inner)]),
  ) as Schema;
  if (copy.type === 'object' && copy.properties && copy.additionalProperties === undefined)
    copy.additionalProperties = false;
  return copy as T;
}
