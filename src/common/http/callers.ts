import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback } from '../../config/loopback.js';
import { Problem } from '../problem.js';

export interface CallerRules {
  /** The address that the service listens on. */
  readonly host: string;
  /** Further host names that clients may use, in lower case and without port. */
  readonly allowedHosts: readonly string[];
  /** Origins of other web pages that may call this service, in lower case. */
  readonly allowedOrigins: readonly string[];
}

/** Returns the reason to refuse the request, or undefined. */
export type CallerCheck = (method: string, headers: IncomingHttpHeaders) => Problem | undefined;

/**
 * Keeps web pages in a browser on this machine from spending the credit of a service without keys (faults.md A11). A
 * page whose host name points here (DNS rebinding) is detected by Host, any other by Origin. No CORS header is ever
 * sent, so pages cannot read answers anyway; these checks keep them from causing one.
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
 * IP addresses pass if the service is reachable from outside: probes use them, and a page cannot disguise its host
 * name as one. Any other name might be a page's own that points here (DNS rebinding).
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

/** A page of our own, e.g. /docs. The scheme is not compared: a proxy may terminate TLS. */
function isSameHost(origin: string, host: string | undefined): boolean {
  const [, originHost] = origin.split('://');
  return originHost !== undefined && originHost === host?.toLowerCase();
}

/** The host name of a page that came through a proxy on another port; '' if there is none. */
function originHostName(origin: string): string {
  return hostName(origin.split('://')[1] ?? '');
}

/** Quotes the name only if it is a valid host name. */
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
