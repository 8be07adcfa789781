import { ExpressAdapter } from '@nestjs/platform-express';
import type { NestApplicationOptions } from '@nestjs/common';
import type { Express, Response } from 'express';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { answerClientError } from './client-error.js';
import { connectionCap } from './connection-cap.js';
import { EventStream } from './event-stream.js';

/** Time limits for clients and connections. Node's defaults are 60 s, 300 s and 5 s. */
const SERVER_TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** Longer than the 60 s after which common load balancers drop an idle connection, so that they close first. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
};

/** Nest's Express adapter with two changes for speed; applications see no difference from Express. */
export class FastExpressAdapter extends ExpressAdapter {
  private openStreams = 0;

  /** Number of event streams being sent. */
  get streamsOpen(): number {
    return this.openStreams;
  }

  /**
   * Creates requests and responses with Express's prototypes. Express otherwise sets them on each of Node's objects,
   * which takes V8 off its fast path: 352 → 149 µs a request (performance.md).
   */
  override initHttpServer(_options: NestApplicationOptions): void {
    const app = this.getInstance<Express>();
    class Request extends IncomingMessage {}
    class Reply extends ServerResponse<Request & Partial<Pick<Express['request'], 'context'>>> {
      // Node also calls this for implicit headers; requests that Node itself refuses have no context.
      override writeHead(...head: unknown[]): this {
        this.req.context?.completeHead();
        return super.writeHead(...(head as [number]));
      }
    }
    Object.setPrototypeOf(Request.prototype, Object.getPrototypeOf(app.request) as object);
    Object.setPrototypeOf(Reply.prototype, Object.getPrototypeOf(app.response) as object);
    app.request = Object.assign(Request.prototype, { app }) as unknown as Express['request'];
    app.response = Object.assign(Reply.prototype, { app }) as unknown as Express['response'];
    this.httpServer = createServer(
      { ...SERVER_TIMEOUTS, IncomingMessage: Request, ServerResponse: Reply },
      app,
    );
    // Without a listener Node sends 100 Continue itself; with one, the gate sends it when it wants the body.
    this.httpServer.on('checkContinue', app);
    this.httpServer.on('clientError', answerClientError);
    this.httpServer.maxConnections = connectionCap();
  }

  /** Sends our event streams, and JSON in one write with its length; leaves the rest to Nest. */
  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    if (body instanceof EventStream) return this.stream(body, response);
    if (!isPlainObject(body) || response.headersSent)
      return super.reply(response, body, statusCode) as unknown;
    const json = JSON.stringify(body);
    if (!response.hasHeader('Content-Type'))
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('Content-Length', Buffer.byteLength(json));
    response.writeHead(statusCode ?? response.statusCode);
    // A string is sent in one buffer with the headers; a Buffer would need one of its own.
    return response.end(json);
  }

  private async stream(body: EventStream, response: Response): Promise<void> {
    this.openStreams++;
    try {
      await body.sendTo(response);
    } finally {
      this.openStreams--;
    }
  }
}

function isPlainObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null && (body.constructor === Object || Array.isArray(body));
}
