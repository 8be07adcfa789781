import { applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiSecurity } from '@nestjs/swagger';

/** The roles of a key. `admin` may do everything. */
export const ROLES = ['chat', 'reader', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The two ways to send a key, by their names in the OpenAPI document. */
export const KEY_SCHEMES = ['bearer', 'x-api-key'] as const;

/** Who may call a route: keys with one of these roles, and always `admin`. `public` needs no key. */
export type Audience = readonly (Role | 'public')[];

/**
 * Declares who may call a route, or all routes of a controller. The service refuses to start if a route has none.
 * It is here because every room has routes, and some may not import `src/access`.
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

/** The audience of this handler: its own mark, else its controller's; undefined if neither has one. */
export function audienceOf(
  reflector: Reflector,
  handler: AnyFunction,
  controller: AnyFunction,
): Audience | undefined {
  // Nest's type omits undefined, which it returns for unmarked handlers.
  return reflector.getAllAndOverride(audience, [handler, controller]);
}

/** Nest's type for handlers and classes. */
type AnyFunction = Parameters<Reflector['get']>[1];
