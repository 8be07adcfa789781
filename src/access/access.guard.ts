import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { audienceOf, type Audience } from '../common/access.decorator.js';
import type { RequestContext } from '../common/http/request-context.js';
import { ADMIN_KEY_NEEDED, forbidden, keysUnknown, unauthorized } from './access-failures.js';
import { Allowances } from './allowances/allowances.js';
import { presentationFault, presentedKey } from './credentials.js';
import { KeyRing } from './key-ring.service.js';
import { setLimitHeaders } from './limits/limit-headers.js';
import type { Key } from './keys/key.js';

/** Admits the roles that `@Access` names. The admitted key is stored in the request's context. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly audiences = new WeakMap<object, Audience>();

  constructor(
    private readonly keys: KeyRing,
    private readonly allowances: Allowances,
    private readonly reflector: Reflector,
  ) {}

  /** Throws Problem 401 or 403. */
  canActivate(execution: ExecutionContext): boolean {
    const audience = this.audienceOf(execution);
    if (audience.includes('public')) return true;
    const http = execution.switchToHttp();
    const request = http.getRequest<Request>();
    // Without keys everything is allowed except creating keys: a stranger could lock the owner out.
    if (!this.keys.isClosed && audience.some((role) => role !== 'admin')) return true;
    const key = this.authenticated(request, http.getResponse<Response>());
    if (key.role !== 'admin' && !audience.includes(key.role)) throw forbidden(key.role);
    request.context.keyId = key.id;
    this.tellLimits(key, request.context);
    // It cannot see other keys' rows.
    if (key.role === 'chat') request.context.scope = key.id;
    return true;
  }

  /** Runs when the reply starts: a chat has been counted by then. */
  private tellLimits(key: Key, context: RequestContext): void {
    context.beforeHead(() => {
      setLimitHeaders(this.allowances.rates(key), (name, value) => {
        context.setHeader(name, value);
      });
    });
  }

  private authenticated(request: Request, response: Response): Key {
    const text = presentedKey(request);
    const key = text === undefined ? undefined : this.keys.authenticate(text);
    if (key) return key;
    if (!this.keys.isKnown) throw keysUnknown();
    response.setHeader('WWW-Authenticate', 'Bearer');
    throw unauthorized(this.keys.isClosed ? presentationFault(request) : ADMIN_KEY_NEEDED);
  }

  /** Looked up once per route, because it never changes. */
  private audienceOf(execution: ExecutionContext): Audience {
    const handler = execution.getHandler();
    let audience = this.audiences.get(handler);
    if (!audience) {
      audience = audienceOf(this.reflector, handler, execution.getClass()) ?? ['admin'];
      this.audiences.set(handler, audience);
    }
    return audience;
  }
}
