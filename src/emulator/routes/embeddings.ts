import { embed, encodeVector } from '../answers/embeddings.js';
import { countTokens } from '../answers/tokens.js';
import { plainUsage, priceUsage } from '../answers/usage.js';
import { isObject, type JsonObject } from '../fields.js';
import type { EmulatorState } from '../state/state.js';
import type { Exchange } from '../wire/exchange.js';
import { Problem } from '../wire/problem.js';
import { consider, performWhole } from './completions.js';

const defaultDimensions = 1536;
const maxDimensions = 4096;

/** `POST /embeddings`: vectors that depend on the text alone. Orders hold for it as for a chat. */
export async function embedAll(state: EmulatorState, exchange: Exchange, body: unknown): Promise<void> {
  if (!isObject(body) || typeof body.model !== 'string')
    throw new Problem(400, { message: 'No model provided' });
  const inputs = readInputs(body.input);
  const dimensions = readDimensions(body);
  const { model, step, refusal } = consider(state, body.model, () => undefined);
  state.stats.track(model.slug, exchange);
  if (refusal) throw refusal;
  const plan = step.answer ?? state.script.planFor(model.slug);
  const prompt = plan.promptTokens ?? inputs.reduce((sum, { tokens }) => sum + tokens, 0);
  const usageWithCost = priceUsage(model, { prompt, completion: 0, reasoning: 0 }, plan.cost);
  const { completion_tokens: _, ...usage } = plainUsage(usageWithCost);
  const openRouter = state.options.provider === 'openrouter';
  const data = inputs.map(({ text }, index) => ({
    object: 'embedding',
    index,
    embedding: encodeVector(embed(text, dimensions), body.encoding_format),
  }));
  const cost = openRouter ? { cost: usageWithCost.cost } : {};
  const list = { object: 'list', data, model: model.slug, usage: { ...usage, ...cost } };
  const whole = (id: string) => (openRouter ? { id, ...list } : list);
  const opening = { model, step, plan, usage: usageWithCost, apiType: 'embeddings', whole } as const;
  await performWhole(state, exchange, opening);
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
  return new Problem(400, {
    message: "'input' must be a text or a list of texts, none of them empty",
    param: 'input',
  });
}

function readDimensions({ dimensions }: JsonObject): number {
  if (dimensions === undefined) return defaultDimensions;
  if (Number.isInteger(dimensions) && Number(dimensions) > 0 && Number(dimensions) <= maxDimensions)
    return Number(dimensions);
  throw new Problem(400, { message: "'dimensions' is out of range", param: 'dimensions' });
}
