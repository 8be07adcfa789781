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
import { styleFor, type StyleRequest } from '../wire/style.js';
import { refuseFields } from './refused-fields.js';

interface Candidate {
  readonly model: EmulatedModel;
  readonly step: Step;
  /** What the emulator itself has against this slug or request, whatever was ordered. */
  readonly refusal: Problem | undefined;
}

/** `POST /chat/completions` */
export async function complete(state: EmulatorState, exchange: Exchange, body: unknown): Promise<void> {
  refuseFields(state.options, body);
  const request = readCompletionRequest(body);
  const { model, step, refusal } = chooseCandidate(state, request);
  state.counter.track(model.slug, exchange);
  if (refusal) throw refusal;
  const plan = step.answer ?? state.planFor(model.slug);
  const answer = composeAnswer(request, model, plan, state.options.chunks);
  const call = openCall(state, exchange, { model, step, answer, request });
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
  await perform({ ...openCall(state, exchange, { model, step, answer, request: {} }), whole }, step);
}

/** The answer of a reply that is no chat. */
export function wordless(usage: Usage): Answer {
  return { pieces: [], reasoning: [], toolCalls: [], finishReason: null, usage };
}

interface Opening extends Pick<Call, 'model' | 'answer'> {
  readonly step: Step;
  readonly request: StyleRequest;
}

export function openCall(
  { options }: EmulatorState,
  exchange: Exchange,
  { model, step, answer, request }: Opening,
): Call {
  const { firstTokenMs = options.firstTokenMs, chunkMs = options.chunkMs } = step;
  const { commentEveryMs } = options;
  const style = styleFor(options, model, request);
  const { stream = false } = request;
  return { exchange, model, answer, style, stream, firstTokenMs, chunkMs, commentEveryMs };
}

/** The first of `model` and `models` that does not refuse, else the last. A plain provider knows no `models`. */
function chooseCandidate(state: EmulatorState, { slugs, promptTokens }: CompletionRequest): Candidate {
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

/** Takes the step that was ordered for a call of this slug. An ordered step serves even a slug that is retired. */
export function consider(state: EmulatorState, slug: string, promptTokens: number): Candidate {
  const ordered = state.nextStep(slug);
  state.counter.countRequest(slug, ordered !== undefined);
  const model = state.catalogue.find(slug);
  const absent = ordered ? undefined : refuseSlug(state, model);
  return { model, step: ordered ?? { kind: 'normal' }, refusal: absent ?? refuseLength(model, promptTokens) };
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
  { exchange, model, style, answer, stream }: Call,
  apiType: Generation['apiType'],
  cost: number | null = null,
): void {
  exchange.response.once('close', () => {
    const { answeredAt, startedAt, cancelled, failed, tokensSent, response } = exchange;
    if (answeredAt === undefined) return;
    const whole = response.writableFinished || !stream || billsInFull.includes(model.provider);
    const made = whole && !failed ? undefined : tokensSent;
    state.generations.record({
      id: style.id,
      slug: model.slug,
      provider: model.provider,
      apiType,
      streamed: stream,
      cancelled,
      finishReason: cancelled ? null : answer.finishReason,
      usage: partialUsage(model, answer.usage, made, failed ? 0 : (cost ?? undefined)),
      created: style.head.created,
      latency: answeredAt - startedAt,
      duration: performance.now() - startedAt,
    });
  });
}
