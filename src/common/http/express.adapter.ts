import { ExpressAdapter } from '@nestjs/platform-express';
import type { NestApplicationOptions } from '@nestjs/common';
import type { Express, Response } from 'express';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { answerClientError } from './client-error.js';
import { connectionCap } from './connection-cap.js';
import { EventStream } from './event-stream.js';

/** How long clients may take, and connections live. Node's own defaults are 60 s, 300 s and 5 s. */
const SERVER_TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** Longer than the 60 s after which common load balancers drop an idle connection, so that they close first. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
};

/** Nest's Express adapter with two changes for speed; what applications see of Express stays as it is. */
export class FastExpressAdapter extends ExpressAdapter {
  private openStreams = 0;

  /** How many event streams are being sent. */
  get streamsOpen(): number {
    return this.openStreams;
  }

  /**
   * Requests and responses are born with Express's prototypes. Express otherwise sets them on each object of Node,
   * which takes V8 off its fast path: 352 → 149 µs a request (performance.md).
   */
  override initHttpServer(_options: NestApplicationOptions): void {
    const app = this.getInstance<Express>();
    class Request extends IncomingMessage {}
    class Reply extends ServerResponse<Request & Partial<Pick<Express['request'], 'context'>>> {
      // Also what Node itself calls for a head that nobody wrote, and without a context where it refuses by itself.
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
    // Without a listener Node says 100 Continue by itself; with this one, the gate does once it wants the body.
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
    // A string goes out in one buffer with the head, a Buffer in one of its own.
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
