/** What the service says of a request that failed (RFC 9457), or what the page makes of silence. */
export interface ProblemBody {
  detail?: string;
  code?: string;
  status?: number;
  request_id?: string;
  errors?: { path: string; message: string }[];
  [extra: string]: unknown;
}

export class Failure extends Error {
  readonly code: string;
  readonly status: number;
  readonly requestId: string | undefined;
  /** When a repeat makes sense, as Date.now() counts. */
  readonly retryAt: number | undefined;
  readonly body: ProblemBody;

  constructor(body: ProblemBody, retryAfterS?: number) {
    super(body.detail ?? 'The service did not say why.');
    this.code = body.code ?? 'unknown';
    this.status = body.status ?? 0;
    this.requestId = body.request_id;
    this.retryAt = retryAfterS === undefined ? undefined : Date.now() + retryAfterS * 1000;
    this.body = body;
  }
}

export const UNREACHABLE = 'unreachable';
export const CUT = 'cut';

export function unreachable(): Failure {
  return new Failure({ code: UNREACHABLE, detail: 'Parley did not answer. It may be restarting.' });
}

export function cut(): Failure {
  return new Failure({
    code: CUT,
    detail: 'The connection ended before the answer was complete. What had arrived is kept here.',
  });
}

export async function failureOf(response: Response): Promise<Failure> {
  const text = await response.text().catch(() => '');
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new Failure(
    { status: response.status, ...problemIn(text) },
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  );
}

/** A proxy in front may answer with a page of its own. */
export function problemIn(text: string): ProblemBody {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as ProblemBody) : {};
  } catch {
    return {};
  }
}

export function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : unreachable();
}

const TITLES: Record<string, string> = {
  [UNREACHABLE]: 'Parley can’t be reached',
  [CUT]: 'The answer was cut off',
  log_unavailable: 'The log can’t take answers',
  rate_limited: 'Your key’s limit is reached',
  upstream_rate_limited: 'The provider is limiting requests',
  budget_exceeded: 'The budget is used up',
  model_not_priced: 'The model has no price',
  spend_unknown: 'What the key has spent is not known',
  keys_unavailable: 'The keys can’t be read',
  upstream_out_of_credit: 'The provider account is out of credit',
  upstream_auth: 'The provider refused the service’s key',
  upstream_unreachable: 'The provider can’t be reached',
  upstream_unavailable: 'The provider is not available',
  upstream_bad_response: 'The provider answered something unusable',
  upstream_empty: 'The provider answered nothing',
  upstream_budget_busy: 'The provider account is busy',
  upstream_timeout: 'The provider did not answer in time',
  upstream_idle_timeout: 'The provider stopped mid-answer',
  total_timeout: 'The answer took too long',
  context_length_exceeded: 'The conversation is too long',
  content_rejected: 'The provider refused the content',
  model_not_found: 'The model is gone',
  model_not_allowed: 'Your key may not ask this model',
  forbidden: 'Your key does not allow this',
  unauthorized: 'The key was not accepted',
  invalid_request: 'The request was not accepted',
  log_busy: 'The log is busy',
  log_timeout: 'The log took too long',
  shutting_down: 'Parley is stopping',
  overloaded: 'Parley has too much to do',
  body_too_large: 'The conversation is too long',
  not_found: 'Not found',
};

/** A heading for people. */
export function titleOf({ code, status }: Failure): string {
  return TITLES[code] ?? (status === 429 ? 'Too many requests' : 'Something went wrong');
}

/** A word for a row's `error` column. */
export function titleOfCode(code: string): string {
  return TITLES[code] ?? code.replaceAll('_', ' ');
}
