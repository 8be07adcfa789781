import type { ModelDto } from '../models/dto/model.dto.js';
import { estimateCost } from './cost-estimate.js';
import type { LoggedRow } from './logged-row.js';

const PRICE = { prompt: 1, completion: 2, request: 0 };
const ROW = {
  prompt: 'Hello',
  messages: null,
  prompt_tokens: 4,
  response_tokens: 10,
} as unknown as LoggedRow;

function modelWith(...slugs: readonly Partial<ModelDto['upstream'][number]>[]): ModelDto {
  const upstream = slugs.map((slug, i) => ({
    upstream_model: `slug-${i}`,
    provider: 'openrouter',
    state: 'ok' as const,
    listed: true,
    price: PRICE,
    context_length: 1_000,
    retires_at: null,
    ...slug,
  }));
  const first = { upstream_model: 'slug-0', state: 'ok' as const, context_length: null };
  return { name: 'mistral', title: 'Mistral', upstream, ...first };
}

describe('the estimated cost of a replay', () => {
  it('ignores slugs that the catalogue no longer has: they do not answer', () => {
    const gone = { listed: false, price: null };
    const estimate = estimateCost([ROW], modelWith(gone, {}), 20);
    expect(estimate).toEqual(estimateCost([ROW], modelWith({}), 20));
    expect(estimate.most).toBeGreaterThan(0);
    expect(estimate.likely).toBeCloseTo(24e-6);
  });

  it('is unknown if a slug that answers has no price', () => {
    expect(estimateCost([ROW], modelWith({ price: null, listed: null }, {}), 20).most).toBeUndefined();
    expect(estimateCost([ROW], modelWith({ listed: false, price: null }), 20).most).toBeUndefined();
  });
});
