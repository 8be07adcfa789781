import type { IncomingHttpHeaders } from 'node:http';
import { BASE_PATH } from '../../config/base-path.js';

/**
 * The path under which a proxy in front serves this service, '' for the root: what X-Forwarded-Prefix of the request
 * says, else `configured`. Only links in the reply to that same request are made of it.
 */
export function basePathOf(headers: IncomingHttpHeaders, configured: string): string {
  const forwarded = headers['x-forwarded-prefix'];
  const path = typeof forwarded === 'string' ? forwarded.replace(/\/+$/, '') : '';
  return BASE_PATH.test(path) ? path : configured;
}
