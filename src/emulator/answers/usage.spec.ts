import { Catalogue } from '../state/catalogue.js';
import { embed, encodeVector } from './embeddings.js';
import { partialUsage, plainUsage, priceUsage } from './usage.js';

const catalogue = new Catalogue();
catalogue.change('a/b', { promptPrice: '0.001', completionPrice: '0.01' });
const model = catalogue.find('a/b');
const counts = { prompt: 10, completion: 3, reasoning: 2 };
const usage = priceUsage(model, counts);

describe('usage', () => {
  it('prices prompt, answer and reasoning', () => {
    expect(priceUsage(model, counts)).toMatchObject({ cost: 0.06, completion_tokens: 5, total_tokens: 15 });
    expect(plainUsage(usage)).toEqual({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 });
  });

  it('costs nothing at a price that is negative or unknown, and what it is told to', () => {
    catalogue.change('c/d', { promptPrice: '-1', completionPrice: null });
    expect(priceUsage(catalogue.find('c/d'), counts).cost).toBe(0);
    expect(priceUsage(model, counts, 7).cost).toBe(7);
    expect(priceUsage(model, counts, null)).not.toHaveProperty('cost');
  });

  it.each([
    [0, 0.01],
    [1, 0.02],
    [3, 0.04],
    [5, 0.06],
    [6, 0.07],
    [undefined, 0.06],
  ])('after %p tokens, reasoning first, it is %d', (made, cost) => {
    expect(partialUsage(model, usage, made).cost).toBe(cost);
  });
});

describe('embed', () => {
  it('gives a text one vector of length 1, in either encoding', () => {
    const vector = embed('a', 20);
    expect(vector).toEqual(embed('a', 20));
    expect(vector).not.toEqual(embed('b', 20));
    expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
    const bytes = Buffer.from(String(encodeVector(vector, 'base64')), 'base64');
    expect(vector.map((_, index) => bytes.readFloatLE(index * 4))).toEqual(vector);
    expect(encodeVector(vector, undefined)).toEqual([...vector]);
  });
});
