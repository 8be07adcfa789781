import { embed, encodeVector } from '../answers/embeddings.js';
import { countTokens } from '../answers/tokens.js';
import { plainUsage, priceUsage } from '../answers/usage.js';
import { perform } from '../faults/perform.js';
import { isObject } from '../fields.js';
import type { EmulatorState } from '../state/state.js';
import type { Exchange } from '../wire/exchange.js';
import { Problem } from '../wire/problem.js';
import { styleFor } from '../wire/style.js';
import { billAtEnd, consider, wordless } from './completions.js';

const maxDimensions = 4096;

/** `POST /embeddings`: vectors that depend on the text alone. Orders hold for it as for a chat. */
export async function embedAll(state: EmulatorState, exchange: Exchange, body: unknown): Promise<void> {
  if (!isObject(body) || typeof body.model !== 'string')
    throw new Problem(400, { message: 'No model provided' });
  const { input, dimensions = 1536, encoding_format: format } = body;
  const inputs = readInputs(input);
  if (typeof dimensions !== 'number' || !(dimensions >= 1 && dimensions <= maxDimensions))
    throw new Problem(400, { message: "'dimensions' is out of range", param: 'dimensions' });
  const { model, step, refusal } = consider(state, body.model, 0);
  state.counter.track(model.slug, exchange);
  if (refusal) throw refusal;
  const plan = step.answer ?? state.planFor(model.slug);
  const prompt = plan.promptTokens ?? inputs.reduce((sum, { tokens }) => sum + tokens, 0);
  const answer = wordless(priceUsage(model, { prompt, completion: 0, reasoning: 0 }, plan.cost));
  const style = styleFor(state.options, model, {}, step);
  const { openRouter, id } = style;
  const { completion_tokens: _, ...usage } = plainUsage(answer.usage);
  const whole = {
    ...(openRouter ? { id } : {}),
    object: 'list',
    data: inputs.map(({ text }, index) => {
      return { object: 'embedding', index, embedding: encodeVector(embed(text, dimensions), format) };
    }),
    model: model.slug,
    usage: { ...usage, ...(openRouter ? { cost: answer.usage.cost } : {}) },
  };
  const call = { exchange, model, answer, style, whole };
  billAtEnd(state, call, 'embeddings', plan.cost);
  await perform(call, step);
}

/** A text or several; tokens as numbers or several such lists. */
function readInputs(input: unknown): { text: string; tokens: number }[] {
  const list = Array.isArray(input) && typeof input[0] !== 'number' ? (input as unknown[]) : [input];
  if (list.length === 0) throw invalidInput();
  return list.map((item) => {
    if (typeof item === 'string' && item !== '') return { text: item, tokens: countTokens(item) };
    if (Array.isArray(item) && item.length > 0) return { text: item.join(' '), tokens: item.length };
    throw invalidInput();
  });
}

function invalidInput(): Problem {
  const message = "'input' must be a text or a list of texts, none of them empty";
  return new Problem(400, { message, param: 'input' });
}
