import { applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiSecurity } from '@nestjs/swagger';

/** What a key may be for. `admin` may do everything. */
export const ROLES = ['chat', 'reader', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The two ways to send a key, as the OpenAPI document names them. */
export const KEY_SCHEMES = ['bearer', 'x-api-key'] as const;

/** Who may call a route: keys of these roles, those of `admin` in any case; `public`: whoever asks, without a key. */
export type Audience = readonly (Role | 'public')[];

/**
 * Says who may call the routes of a controller, or one of them. A route without it stops the start: what is forgotten
 * stays shut. It stands here because every room has routes, and `src/access` lies above some of them.
 *
 * @example
 * ```ts
 * @Access('chat', 'reader')
 * @Controller('logs')
 * export class LogsController {}
 * ```
 */
export function Access(...who: Audience): ClassDecorator & MethodDecorator {
  const documented = who.includes('public') ? [] : KEY_SCHEMES.map((scheme) => ApiSecurity(scheme));
  return applyDecorators(audience(who), ...documented);
}

const audience = Reflector.createDecorator<Audience>();

/** Who may call this handler: what it says itself, or else its controller; undefined where neither says it. */
export function audienceOf(
  reflector: Reflector,
  handler: AnyFunction,
  controller: AnyFunction,
): Audience | undefined {
  // Its type does not tell of handlers that have no such mark.
  return reflector.getAllAndOverride(audience, [handler, controller]);
}

/** As Nest types handlers and classes. */
type AnyFunction = Parameters<Reflector['get']>[1];
