import { Logger } from '@nestjs/common';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../../../test/support/until.js';
import { Settings } from '../../config/settings.js';
import { readCredit, readListings } from './catalogue-listing.js';
import { Catalogue } from './catalogue.service.js';

const model = (id: string, pricing: unknown, more: object = {}): object => ({
  id,
  pricing,
  context_length: 1000,
  ...more,
});

describe('the catalogue of OpenRouter', () => {
  it('B6 has a price only if all its parts are readable', () => {
    const listings = readListings({
      data: [
        model('a/free', { prompt: '0', completion: '0' }),
        model('a/exponent', { prompt: '1e-8', completion: '2.5E-7', request: '0.001' }),
        model('a/router', { prompt: '-1', completion: '-1' }),
        model('a/half', { prompt: '0.1' }),
        model('a/number', { prompt: 0.1, completion: 0.1 }),
        model('a/none', undefined),
        { no: 'id' },
        null,
      ],
    });
    expect([...listings].map(([slug, { price }]) => [slug, price])).toEqual([
      ['a/free', { prompt: 0, completion: 0, request: 0 }],
      ['a/exponent', { prompt: 10_000, completion: 250_000, request: 1e9 }],
      ['a/router', undefined],
      ['a/half', undefined],
      ['a/number', undefined],
      ['a/none', undefined],
    ]);
  });

  it('has lengths and notices, or null', () => {
    const listings = readListings({
      data: [
        model(
          'a/b',
          {},
          {
            canonical_slug: 'a/b-2512',
            expiration_date: '2027-03-31',
            top_provider: { max_completion_tokens: 16_384 },
          },
        ),
        model(
          'c/d',
          {},
          { context_length: null, top_provider: { context_length: 'x', max_completion_tokens: null } },
        ),
      ],
    });
    expect(listings.get('a/b')).toEqual({
      price: undefined,
      contextLength: 1000,
      maxOutput: 16_384,
      retiresAt: '2027-03-31',
    });
    expect(listings.get('a/b-2512')).toBe(listings.get('a/b'));
    expect(listings.get('c/d')).toEqual({
      price: undefined,
      contextLength: null,
      maxOutput: null,
      retiresAt: null,
    });
  });

  it.each([undefined, 'x', {}, { data: 5 }])('is not %p', (body) => {
    expect(() => readListings(body)).toThrow('no list');
  });

  it('reads the credit of a key, with and without a limit', () => {
    expect(readCredit({ data: { limit_remaining: 1.5 } })).toEqual({ limitRemaining: 1.5 });
    expect(readCredit({ data: { limit_remaining: null } })).toEqual({ limitRemaining: null });
    expect(readCredit('?')).toEqual({ limitRemaining: null });
  });
});

describe('Catalogue', () => {
  let upstream: Server;
  let catalogue: Catalogue;
  let asked: string[];
  let replies: Record<string, { status: number; body: string }>;

  beforeEach(async () => {
    asked = [];
    replies = {
      '/api/v1/models': {
        status: 200,
        body: JSON.stringify({
          data: [model('a/b', { prompt: '0', completion: '0' }, { expiration_date: '2026-12-10' })],
        }),
      },
      '/api/v1/key': { status: 200, body: '{"data":{"limit_remaining":0.5}}' },
    };
    upstream = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      const { status, body } = replies[request.url ?? '']!;
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    catalogue = new Catalogue(
      Object.assign(new Settings(), {
        OPENROUTER_API_KEY: 'sk-canary',
        OPENROUTER_BASE_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/api/v1/`,
        CATALOGUE_REFRESH_MS: 20,
      }),
    );
  });
  afterEach(async () => {
    catalogue.onApplicationShutdown();
    jest.restoreAllMocks();
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
  });

  it('is read at start, and again at intervals', async () => {
    catalogue.onApplicationBootstrap();
    expect(catalogue.isKnown).toBe(false);
    await catalogue.whenAsked();
    expect(asked.sort()).toEqual(['/api/v1/key Bearer sk-canary', '/api/v1/models Bearer sk-canary']);
    expect(catalogue.find('a/b')?.price).toEqual({ prompt: 0, completion: 0, request: 0 });
    expect(catalogue.find('a/c')).toBeUndefined();
    expect(catalogue.keyState).toBe('good');
    replies['/api/v1/key'] = { status: 200, body: '{"data":{"limit_remaining":0}}' };
    const errors = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    await until('the limit is seen', () => catalogue.keyState === 'used_up');
    replies['/api/v1/key'] = { status: 401, body: '{}' };
    await until('the refusal is seen', () => catalogue.keyState === 'refused');
    expect(errors).toHaveBeenCalledTimes(2);
    expect(JSON.stringify(errors.mock.calls)).not.toContain('canary');
  });

  it('keeps its data through an outage, which it logs once', async () => {
    const warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    catalogue.onApplicationBootstrap();
    await catalogue.whenAsked();
    replies['/api/v1/models'] = { status: 502, body: '<html>' };
    const before = asked.length;
    await until('it has been asked three times more', () => asked.length >= before + 6);
    expect(catalogue.find('a/b')).toBeDefined();
    expect(warnings).toHaveBeenCalledTimes(1);
  });

  it('warns of a retirement within 30 days, once a day', async () => {
    const warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    catalogue.onApplicationBootstrap();
    await catalogue.whenAsked();
    const day = 24 * 60 * 60_000;
    const now = Date.parse('2026-11-24');
    catalogue.warnOfRetirement(['a/b', 'a/c'], now - 20 * day);
    expect(warnings).not.toHaveBeenCalled();
    catalogue.warnOfRetirement(['a/b'], now);
    catalogue.warnOfRetirement(['a/b'], now + day - 1);
    expect(warnings).toHaveBeenCalledTimes(1);
    catalogue.warnOfRetirement(['a/b'], now + day);
    expect(warnings).toHaveBeenCalledTimes(2);
  });
});
