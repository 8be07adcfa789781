import { composeAnswer, type Answer } from '../answers/answers.js';
import { readCompletionRequest, type CompletionRequest } from '../answers/completion-request.js';
import { partialUsage, priceUsage, type Usage } from '../answers/usage.js';
import { perform } from '../faults/perform.js';
import type { Step } from '../faults.js';
import type { EmulatedModel } from '../state/catalogue.js';
import type { Generation } from '../state/generations.js';
import type { EmulatorState } from '../state/state.js';
import type { Call } from '../wire/deliver.js';
import type { Exchange } from '../wire/exchange.js';
import { Problem, unavailable } from '../wire/problem.js';
import { styleFor } from '../wire/style.js';
import { refuseFields } from './refused-fields.js';

/** `POST /chat/completions` */
export async function complete(state: EmulatorState, exchange: Exchange, body: unknown): Promise<void> {
  refuseFields(state.options, body);
  const request = readCompletionRequest(body);
  const { model, step, refusal } = chooseCandidate(state, request);
  state.counter.track(model.slug, exchange);
  if (refusal) throw refusal;
  const plan = step.answer ?? state.planFor(model.slug);
  const answer = composeAnswer(request, model, plan, state.options.chunks);
  const call = { exchange, model, answer, style: styleFor(state.options, model, request, step) };
  billAtEnd(state, call, 'completions', plan.cost);
  await perform(call, step);
}

/** Replies to a read as ordered. @param target `GET /models` */
export async function performRead(
  state: EmulatorState,
  exchange: Exchange,
  target: string,
  step: Step,
  whole: object,
): Promise<void> {
  const model = state.catalogue.find(target);
  const answer = wordless(priceUsage(model, { prompt: 0, completion: 0, reasoning: 0 }));
  const style = styleFor(state.options, model, {}, step);
  await perform({ exchange, model, answer, style, whole }, step);
}

/** The answer of a reply that is no chat. */
export function wordless(usage: Usage): Answer {
  return { pieces: [], reasoning: [], toolCalls: [], finishReason: null, usage };
}

/** The first of `model` and `models` that does not refuse, else the last. A plain provider knows no `models`. */
function chooseCandidate(state: EmulatorState, { slugs, promptTokens }: CompletionRequest) {
  const [first = '', ...others] = slugs;
  let candidate = consider(state, first, promptTokens);
  for (const slug of state.options.provider === 'openrouter' ? others : []) {
    const { step, refusal } = candidate;
    const replaced = step.kind === 'unavailable' || (step.kind === 'status' && step.status >= 400);
    if (!replaced && !refusal) break;
    candidate = consider(state, slug, promptTokens);
  }
  return candidate;
}

/**
 * Takes the step that was ordered for a call of this slug. An ordered step serves even a slug that is retired.
 * @returns `refusal`: what the emulator itself has against the slug or the request, whatever was ordered
 */
export function consider(state: EmulatorState, slug: string, promptTokens: number) {
  const ordered = state.nextStep(slug);
  state.counter.countRequest(slug, ordered !== undefined);
  const model = state.catalogue.find(slug);
  const step: Step = ordered ?? { kind: 'normal' };
  const absent = ordered ? undefined : refuseSlug(state, model);
  return { model, step, refusal: absent ?? refuseLength(model, promptTokens) };
}

function refuseSlug({ options }: EmulatorState, { slug, retired }: EmulatedModel): Problem | undefined {
  const openRouter = options.provider === 'openrouter';
  const wellFormed = !openRouter || /^[\w.~-]+\/[\w.:-]+$/.test(slug);
  if (wellFormed && !retired && !options.retired.includes(slug)) return undefined;
  if (openRouter) return unavailable(slug, 'model_not_found');
  const message = `The model \`${slug}\` does not exist or you do not have access to it.`;
  return new Problem(404, { message });
}

function refuseLength({ contextLength }: EmulatedModel, promptTokens: number): Problem | undefined {
  if (contextLength === null || promptTokens <= contextLength) return undefined;
  const message = `This endpoint's maximum context length is ${contextLength} tokens. However, you requested about ${promptTokens} tokens. Please reduce the length.`;
  return new Problem(400, { message, errorType: 'context_length_exceeded', code: 'context_length_exceeded' });
}

// OpenRouter's documentation lists these as not supporting cancellation: they finish an aborted call, and bill it.
const billsInFull = ['Mistral', 'Groq', 'Google', 'Amazon Bedrock'];

/** Keeps for `GET /generation` what a call really costs, once it has ended. @param cost of the test's own, in USD */
export function billAtEnd(
  state: EmulatorState,
  { exchange, model, style, answer }: Call,
  apiType: Generation['apiType'],
  cost: number | null = null,
): void {
  exchange.response.once('close', () => {
    const { answeredAt, startedAt, cancelled, failed, tokensSent, response } = exchange;
    if (answeredAt === undefined) return;
    const whole = response.writableFinished || !style.stream || billsInFull.includes(model.provider);
    const made = whole && !failed ? undefined : tokensSent;
    state.generations.record({
      id: style.id,
      slug: model.slug,
      provider: model.provider,
      apiType,
      streamed: style.stream,
      cancelled,
      finishReason: cancelled ? null : answer.finishReason,
      usage: partialUsage(model, answer.usage, made, failed ? 0 : (cost ?? undefined)),
      created: style.head.created,
      latency: answeredAt - startedAt,
      duration: performance.now() - startedAt,
    });
  });
}
