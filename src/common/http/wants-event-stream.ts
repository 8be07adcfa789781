const EVENT_STREAM = 'text/event-stream';
const JSON_TYPE = 'application/json';

/** Does the `Accept` header name event streams, with at least the priority of JSON? Wildcards mean JSON. */
export function wantsEventStream(accept: string | undefined): boolean {
  if (!accept) return false;
  const wanted = qualityOf(EVENT_STREAM, accept);
  return wanted > 0 && wanted >= qualityOf(JSON_TYPE, accept);
}

/** 0 to 1; 0 if the type is not named. */
function qualityOf(type: string, accept: string): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim());
    if (name !== type) continue;
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return quality === undefined ? 1 : Number(quality.slice(2)) || 0;
  }
  return 0;
}
