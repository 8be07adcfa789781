import type { IncomingHttpHeaders } from 'node:http';
import { BASE_PATH } from '../../config/base-path.js';

/**
 * The path under which a reverse proxy serves this service, '' for the root: the request's X-Forwarded-Prefix, else
 * `configured`. Used only for links in the reply to that request.
 */
export function basePathOf(headers: IncomingHttpHeaders, configured: string): string {
  const forwarded = headers['x-forwarded-prefix'];
  const path = typeof forwarded === 'string' ? forwarded.replace(/\/+$/, '') : '';
  return BASE_PATH.test(path) ? path : configured;
}
