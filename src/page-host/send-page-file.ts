import type { Request, Response } from 'express';
import type { PageFile } from './page-files.js';

/** Only the page's own files may run, be shown or be called. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export function sendPageFile(file: PageFile, caching: string, request: Request, response: Response): void {
  const isGzip = request.acceptsEncodings('gzip') === 'gzip';
  const body = isGzip ? file.gzipped : file.plain;
  response.setHeader('Content-Type', file.type);
  response.setHeader('Content-Length', body.length);
  response.setHeader('Cache-Control', caching);
  response.setHeader('Content-Security-Policy', POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.vary('Accept-Encoding');
  if (isGzip) response.setHeader('Content-Encoding', 'gzip');
  response.end(body);
}
