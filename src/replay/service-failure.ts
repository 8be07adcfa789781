/** The error that a service returned, or the reason that it did not answer. */
export class ServiceFailure extends Error {
  /**
   * @param status of the reply; 0 if there was none
   * @param code the service's stable code
   * @param detail for people
   * @param retryAfterS seconds after which to retry; undefined if a retry does not help
   */
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly retryAfterS?: number,
  ) {
    super(detail);
  }
}

/** From a reply with an error status: problem+json, or OpenAI's format under `/v1`. */
export async function failureOf(response: Response): Promise<ServiceFailure> {
  const text = await response.text().catch(() => '');
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return failureIn(text, response.status, Number.isFinite(retryAfter) ? retryAfter : undefined);
}

/** @param text a body, or an event that reports why a stream failed */
export function failureIn(text: string, status: number, retryAfterS?: number): ServiceFailure {
  const body = parsed(text);
  const { code, detail, message } = objectOf(body.error ?? body);
  const word = typeof code === 'string' ? code : `status_${status}`;
  const reason = [detail, message].find((one) => typeof one === 'string');
  return new ServiceFailure(status, word, reason ?? `The service answered with ${status}.`, retryAfterS);
}

/** @param error from fetch, which hides the reason in `cause` */
export function unreachable(url: string, error: unknown): ServiceFailure {
  const { cause, message } = error as { cause?: { code?: unknown }; message?: unknown };
  const reason = String(cause?.code ?? message);
  return new ServiceFailure(0, 'unreachable', `${url} does not answer (${reason}).`);
}

function parsed(text: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
