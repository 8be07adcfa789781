import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback } from '../../config/loopback.js';
import { Problem } from '../problem.js';

export interface CallerRules {
  /** What the service listens on. */
  readonly host: string;
  /** Host names, in lower case and without port, that clients may use beside that. */
  readonly allowedHosts: readonly string[];
  /** Origins, in lower case, of foreign web pages that may call. */
  readonly allowedOrigins: readonly string[];
}

/** Returns why the request must not be served, or undefined. */
export type CallerCheck = (method: string, headers: IncomingHttpHeaders) => Problem | undefined;

/**
 * Keeps web pages in a browser on this machine from spending the credit of a service that asks for no key (faults.md
 * A11): one that made its own host name point here is known by Host, any other by Origin. No CORS header is ever sent,
 * so a page could not read an answer anyhow; these checks keep it from causing one.
 */
export function callerCheck(rules: CallerRules): CallerCheck {
  const isKnownHost = hostCheck(rules);
  const hosts = new Set(rules.allowedHosts);
  const origins = new Set(rules.allowedOrigins);
  return (method, { host, origin }) => {
    if (host !== undefined && !isKnownHost(hostName(host))) return hostNotAllowed(hostName(host));
    if (origin === undefined || method === 'GET' || method === 'HEAD') return undefined;
    const from = origin.toLowerCase();
    if (isSameHost(from, host) || hosts.has(originHostName(from)) || origins.has(from)) return undefined;
    return originNotAllowed();
  };
}

/**
 * Addresses pass where others may reach the service, as probes use them and no page can make its own name look like
 * one. Any name but ours might be a page's own that it made point here (DNS rebinding).
 */
function hostCheck({ host, allowedHosts }: CallerRules): (name: string) => boolean {
  const names = new Set([host.toLowerCase(), ...allowedHosts]);
  if (isLoopback(host)) return (name) => names.has(name) || isLoopback(name);
  return (name) => names.has(name) || name === 'localhost' || isIP(name) !== 0;
}

/** `Example.com:8000` → `example.com`, `[::1]:8000` → `::1`. */
function hostName(header: string): string {
  const end = header.lastIndexOf(':');
  const name = end > header.lastIndexOf(']') ? header.slice(0, end) : header;
  return (name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name).toLowerCase();
}

/** A page of our own, e.g. /docs. The scheme says nothing: a proxy in front may speak TLS for us. */
function isSameHost(origin: string, host: string | undefined): boolean {
  const [, originHost] = origin.split('://');
  return originHost !== undefined && originHost === host?.toLowerCase();
}

/** Of a page that came through a proxy on another port, which tells us its name alone or our own. '' if it has none. */
function originHostName(origin: string): string {
  return hostName(origin.split('://')[1] ?? '');
}

/** Repeats the name only if it is one. */
export function hostNotAllowed(name = ''): Problem {
  const isName = /^[a-z\d][a-z\d.-]{0,252}$/.test(name);
  return new Problem({
    status: 421,
    code: 'host_not_allowed',
    detail:
      'This service does not answer to that host name. If it is yours, add it to ALLOWED_HOSTS' +
      `${isName ? ` (ALLOWED_HOSTS=${name})` : ''} and start the service again.`,
  });
}

export function originNotAllowed(): Problem {
  return new Problem({
    status: 403,
    code: 'origin_not_allowed',
    detail:
      'Web pages of other origins may not call this service. Its operator can add them to ALLOWED_ORIGINS.',
  });
}
