import { randomUUID } from 'node:crypto';
import { composeAnswer, type Answer } from '../answers/answers.js';
import { readCompletionRequest, type CompletionRequest } from '../answers/completion-request.js';
import { partialUsage, priceUsage, type Usage } from '../answers/usage.js';
import { perform } from '../faults/perform.js';
import type { AnswerPlan, Step } from '../faults.js';
import type { EmulatedModel } from '../state/catalogue.js';
import type { Generated } from '../state/generations.js';
import type { EmulatorState } from '../state/state.js';
import type { Call } from '../wire/call.js';
import type { Exchange } from '../wire/exchange.js';
import { Problem, unavailable } from '../wire/problem.js';
import { styleFor, type Identity } from '../wire/style.js';
import { refuseFields } from './refused-fields.js';

export interface Candidate {
  readonly model: EmulatedModel;
  readonly step: Step;
  /** What the emulator itself has against this slug or request, whatever was ordered. */
  readonly refusal: Problem | undefined;
}

/** `POST /chat/completions` */
export async function complete(state: EmulatorState, exchange: Exchange, body: unknown): Promise<void> {
  const { options, script } = state;
  refuseFields(options, body);
  const request = readCompletionRequest(body);
  const { model, step, refusal } = chooseCandidate(state, request);
  state.stats.track(model.slug, exchange);
  if (refusal) throw refusal;
  const plan = step.answer ?? script.planFor(model.slug);
  const answer = composeAnswer(request, model, plan, options.chunks);
  await perform(
    openCall(state, exchange, request, { model, step, answer, plan, apiType: 'completions' }),
    step,
  );
}

export interface Opening {
  readonly model: EmulatedModel;
  readonly step: Step;
  readonly answer: Answer;
  readonly plan: AnswerPlan;
  /** What `GET /generation` will know about it; undefined: nothing. */
  readonly apiType?: Generated['apiType'];
  /** The body of a reply that is no chat. */
  readonly whole?: (id: string) => object;
}

export function openCall(
  { options, generations }: EmulatorState,
  exchange: Exchange,
  request: Pick<CompletionRequest, 'stream' | 'includeUsage' | 'topLogprobs'>,
  { model, step, answer, plan, apiType, whole }: Opening,
): Call {
  const identity = identify(model, options.provider === 'openrouter');
  return {
    exchange,
    identity,
    answer,
    style: styleFor(options, identity, request),
    stream: request.stream,
    pace: {
      firstTokenMs: step.firstTokenMs ?? options.firstTokenMs,
      chunkMs: step.chunkMs ?? options.chunkMs,
      commentEveryMs: options.commentEveryMs,
    },
    ...(whole ? { whole: whole(identity.id) } : {}),
    onAnswer: () => {
      if (!apiType) return;
      const generated = {
        identity,
        apiType,
        streamed: request.stream,
        finishReason: answer.finishReason,
        bill: () => billFor(model, answer, exchange, request.stream, plan.cost ?? undefined),
      };
      generations.record(generated, exchange);
    },
  };
}

interface WholeOpening extends Omit<Opening, 'answer'> {
  readonly usage?: Usage;
}

/** Replies with something that is no chat, as ordered. */
export async function performWhole(
  state: EmulatorState,
  exchange: Exchange,
  opening: WholeOpening,
): Promise<void> {
  const { usage = priceUsage(opening.model, { prompt: 0, completion: 0, reasoning: 0 }), ...others } =
    opening;
  const answer = { pieces: [], reasoning: [], toolCalls: [], finishReason: null, usage };
  const request = { stream: false, includeUsage: false, topLogprobs: undefined };
  await perform(openCall(state, exchange, request, { ...others, answer }), opening.step);
}

/** The first of `model` and `models` that does not refuse, else the last. A plain provider knows no `models`. */
function chooseCandidate(state: EmulatorState, request: CompletionRequest): Candidate {
  const [first = '', ...others] = request.slugs;
  const limit = (model: EmulatedModel) => refuseLength(request, model);
  let candidate = consider(state, first, limit);
  for (const slug of state.options.provider === 'openrouter' ? others : []) {
    if (!refuses(candidate)) break;
    candidate = consider(state, slug, limit);
  }
  return candidate;
}

/** Takes the step that was ordered for a call of this slug. An ordered step serves even a slug that is retired. */
export function consider(
  { options, script, stats, catalogue }: EmulatorState,
  slug: string,
  limit: (model: EmulatedModel) => Problem | undefined,
): Candidate {
  const ordered = script.next(slug);
  stats.countRequest(slug, ordered !== undefined);
  const model = catalogue.find(slug);
  const step = ordered ?? { kind: 'normal' };
  const wellFormed = options.provider === 'openai' || /^[\w.~-]+\/[\w.:-]+$/.test(slug);
  const retired = model.retired || options.retired.includes(slug);
  if (!ordered && (retired || !wellFormed)) return { model, step, refusal: notFound(options.provider, slug) };
  return { model, step, refusal: limit(model) };
}

function notFound(provider: 'openrouter' | 'openai', slug: string): Problem {
  if (provider === 'openrouter') return unavailable(slug, 'model_not_found');
  return new Problem(404, {
    message: `The model \`${slug}\` does not exist or you do not have access to it.`,
  });
}

function refuses({ step, refusal }: Candidate): boolean {
  const replaced = step.kind === 'unavailable' || (step.kind === 'status' && step.status >= 400);
  return replaced || refusal !== undefined;
}

function refuseLength(
  { promptTokens }: CompletionRequest,
  { contextLength }: EmulatedModel,
): Problem | undefined {
  if (contextLength === null || promptTokens <= contextLength) return undefined;
  const message = `This endpoint's maximum context length is ${contextLength} tokens. However, you requested about ${promptTokens} tokens. Please reduce the length.`;
  return new Problem(400, { message, errorType: 'context_length_exceeded', code: 'context_length_exceeded' });
}

function identify({ slug, provider }: EmulatedModel, openRouter: boolean): Identity {
  const created = Math.floor(Date.now() / 1000);
  const unique = randomUUID().replaceAll('-', '').slice(0, 20);
  const id = openRouter ? `gen-${created}-${unique}` : `chatcmpl-${unique}`;
  return { id, provider, slug, created };
}

// OpenRouter's documentation lists these as not supporting cancellation: they finish an aborted call, and bill it.
const billsInFull = new Set(['Mistral', 'Groq', 'Google', 'Amazon Bedrock']);

function billFor(
  model: EmulatedModel,
  answer: Answer,
  exchange: Exchange,
  streamed: boolean,
  cost?: number,
): Usage {
  const { failed, piecesSent, response } = exchange;
  const whole = !failed && (response.writableFinished || !streamed || billsInFull.has(model.provider));
  return partialUsage(model, answer, whole ? undefined : piecesSent, failed ? 0 : cost);
}
