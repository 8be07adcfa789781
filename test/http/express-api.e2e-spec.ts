import { Controller, Get, Module, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { IncomingMessage, ServerResponse } from 'node:http';
import request from 'supertest';
import { FastExpressAdapter } from '../../src/common/http/express.adapter.js';
import { TestApp } from '../support/test-app.js';

/** Handlers and middleware as people write them for Express: what our adapter changes must not be seen by them. */
@Controller('made')
class ExpressController {
  @Get('json')
  json(@Req() req: Request, @Res() response: Response): void {
    response.status(201).json({ accept: req.get('Accept'), ip: req.ip, path: req.path });
  }

  @Get('send')
  send(@Res() response: Response): void {
    response.cookie('seen', 'yes', { httpOnly: true }).type('text/plain').send('sent');
  }

  @Get('redirect')
  redirect(@Res() response: Response): void {
    response.redirect('/made/send');
  }

  @Get('file')
  file(@Res() response: Response): void {
    response.sendFile('package.json', { root: process.cwd() });
  }

  @Get('query')
  query(@Req() req: Request): object {
    return { query: req.query, accepts: req.accepts(['html', 'json']), is: req.protocol };
  }

  @Get('natures')
  natures(@Req() req: Request, @Res({ passthrough: true }) response: Response): object {
    return {
      incoming: req instanceof IncomingMessage,
      outgoing: response instanceof ServerResponse,
      app: req.app === response.app && req.res === response,
      local: response.locals.mark as unknown,
    };
  }
}

@Module({ controllers: [ExpressController] })
class ExpressModule {}

describe('What middleware relies on in Express works with our adapter', () => {
  let app: NestExpressApplication;
  let url: string;

  beforeAll(async () => {
    app = await NestFactory.create<NestExpressApplication>(ExpressModule, new FastExpressAdapter(), {
      bodyParser: false,
      logger: false,
    });
    app.use(helmet());
    app.use((_request: Request, response: Response, next: NextFunction) => {
      response.locals.mark = 'left by middleware';
      next();
    });
    // An application within the application sets its own prototypes on the objects, and back.
    const inner = express().get('/', (req, response) => {
      response.status(202).json({ base: req.baseUrl, get: req.get('Host') !== undefined });
    });
    app.use('/inner', inner);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(() => app.close());

  it('req.get, req.ip, req.path, res.status and res.json', async () => {
    const response = await fetch(`${url}/made/json`, { headers: { accept: 'application/json' } });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      accept: 'application/json',
      ip: '127.0.0.1',
      path: '/made/json',
    });
  });

  it('res.cookie, res.type and res.send', async () => {
    const response = await fetch(`${url}/made/send`);
    expect(response.headers.get('set-cookie')).toBe('seen=yes; Path=/; HttpOnly');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('sent');
  });

  it('res.redirect', async () => {
    const response = await fetch(`${url}/made/redirect`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/made/send']);
  });

  it('res.sendFile, a conditional GET and HEAD included', async () => {
    // Not fetch, which turns a conditional request into one that asks for no cached answer.
    const first = await request(url).get('/made/file');
    expect(first.body).toMatchObject({ name: 'parley' });
    const again = await request(url)
      .get('/made/file')
      .set('If-Modified-Since', String(first.headers['last-modified']));
    expect(again.status).toBe(304);
    const head = await request(url).head('/made/file');
    expect(head.headers['content-length']).toBe(first.headers['content-length']);
  });

  it('req.query, req.accepts and req.protocol', async () => {
    const response = await fetch(`${url}/made/query?a=1&b=x`, { headers: { accept: 'application/json' } });
    expect(await response.json()).toEqual({ query: { a: '1', b: 'x' }, accepts: 'json', is: 'http' });
  });

  it('objects are still those of Node, and carry app, res and locals', async () => {
    const response = await fetch(`${url}/made/natures`);
    expect(await response.json()).toEqual({
      incoming: true,
      outgoing: true,
      app: true,
      local: 'left by middleware',
    });
  });

  it('helmet sets its headers, on errors too', async () => {
    for (const path of ['/made/send', '/nothing-here']) {
      const { headers } = await fetch(url + path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toContain('max-age=');
    }
  });

  it('another Express application can be mounted, and requests that pass it by are served', async () => {
    const mounted = await fetch(`${url}/inner`);
    expect([mounted.status, await mounted.json()]).toEqual([202, { base: '/inner', get: true }]);
    expect((await fetch(`${url}/made/send`)).status).toBe(200);
  });
});

describe('Swagger UI, which serves files through Express', () => {
  let service: TestApp;

  beforeAll(async () => {
    service = await TestApp.start();
  });

  afterAll(() => service.stop());

  it('shows its page, its script and the document', async () => {
    const page = await service.get('/docs');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('swagger-ui');
    const script = await service.get('/docs/swagger-ui-bundle.js');
    expect(script.status).toBe(200);
    expect((await script.text()).length).toBeGreaterThan(100_000);
    expect(await (await service.get('/docs-json')).json()).toMatchObject({ info: { title: 'Parley' } });
  });
});
