import type { AnswerPlan } from '../faults.js';
import { Catalogue } from '../state/catalogue.js';
import { composeAnswer } from './answers.js';
import { readCompletionRequest } from './completion-request.js';

const model = new Catalogue().find('meta-llama/llama-3.1-8b-instruct');

function answer(plan: AnswerPlan, body: object = {}, chunks?: number) {
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'Hi there' }] }];
  return composeAnswer(readCompletionRequest({ model: model.slug, messages, ...body }), model, plan, chunks);
}

describe('composeAnswer', () => {
  it('makes the same answer up every time, of 20 to 50 words', () => {
    const text = answer({}).pieces.join('');
    expect(text).toBe(answer({}).pieces.join(''));
    expect(text).toContain('you wrote "Hi there"');
    expect(text.split(' ').length).toBeGreaterThanOrEqual(20);
    expect(text.split(' ').length).toBeLessThanOrEqual(50);
  });

  it('keeps a dictated split, even with empty pieces', () => {
    expect(answer({ pieces: ['a b', '', 'c'] }).pieces).toEqual(['a b', '', 'c']);
  });

  it('cuts inside a dictated piece when tokens run out', () => {
    expect(answer({ pieces: ['one two', ' three four'] }, { max_tokens: 3 })).toMatchObject({
      pieces: ['one two', ' three'],
      finishReason: 'length',
      usage: { completion_tokens: 3 },
    });
  });

  it('is not cut when the tokens just suffice', () => {
    expect(answer({ text: 'one two' }, { max_completion_tokens: 2 }).finishReason).toBe('stop');
  });

  it("keeps to the model's own limit", () => {
    expect(answer({}, {}, 20_000)).toMatchObject({
      finishReason: 'length',
      usage: { completion_tokens: 16_384 },
    });
  });

  it('stops at the first of several stop sequences', () => {
    expect(answer({ pieces: ['ab', 'cd', 'ef'] }, { stop: ['e', 'd'] }).pieces).toEqual(['ab', 'c']);
  });

  it('takes counts and finish reason as dictated', () => {
    const plan = { text: 'x', finishReason: 'content_filter', promptTokens: 11, completionTokens: 22 };
    expect(answer(plan)).toMatchObject({
      finishReason: 'content_filter',
      usage: { prompt_tokens: 11, completion_tokens: 22, total_tokens: 33, cost: 0.0000011 },
    });
  });

  it('counts reasoning as completion', () => {
    const { usage } = answer({ text: 'Yes', reasoning: ['Is', ' it'] });
    expect(usage).toMatchObject({ completion_tokens: 3, completion_tokens_details: { reasoning_tokens: 2 } });
  });
});
