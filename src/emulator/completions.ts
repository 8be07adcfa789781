import { randomUUID } from 'node:crypto';
import { composeAnswer } from './answers.js';
import { availabilityReply } from './availability.js';
import type { Call } from './call.js';
import { readCompletionRequest, type CompletionRequest } from './completion-request.js';
import type { EmulatorState } from './emulator-state.js';
import type { Exchange } from './exchange.js';
import { perform } from './fault-handlers.js';
import type { Step } from './faults.js';
import { FrameEncoder, type Identity } from './frames.js';
import { findModel, improviseModel, type EmulatedModel } from './registry.js';
import { errorReply, type Reply } from './wire-error.js';

interface Candidate {
  readonly model: EmulatedModel;
  readonly step: Step;
  /** What the emulator itself has against this slug or request, whatever was ordered. */
  readonly refusal: Reply | undefined;
}

/** `POST /chat/completions`. */
export async function complete(state: EmulatorState, exchange: Exchange, body: unknown): Promise<void> {
  const request = readCompletionRequest(body);
  const { model, step, refusal } = chooseCandidate(state, request);
  state.stats.track(model.slug, exchange);
  if (refusal) {
    exchange.send(refusal);
    return;
  }
  const call = openCall(state, exchange, request, model, step);
  state.generations.record(call.identity, call.answer, exchange, call.stream);
  await perform(call, step);
}

/** The first of `model` and `models` that does not refuse, else the last. */
function chooseCandidate(state: EmulatorState, request: CompletionRequest): Candidate {
  const [first = '', ...others] = request.slugs;
  let candidate = consider(state, request, first);
  for (const slug of others) {
    if (!refuses(candidate)) break;
    candidate = consider(state, request, slug);
  }
  return candidate;
}

function consider(state: EmulatorState, request: CompletionRequest, slug: string): Candidate {
  const ordered = state.script.next(slug);
  state.stats.countRequest(slug, ordered !== undefined);
  const known = findModel(slug);
  const model = known ?? improviseModel(slug);
  const step = ordered ?? { kind: 'normal' };
  if (!known && !ordered) return { model, step, refusal: availabilityReply(slug, 'model_not_found') };
  return { model, step, refusal: refuseLength(request, model) };
}

function refuses({ step, refusal }: Candidate): boolean {
  return (
    refusal !== undefined || step.kind === 'unavailable' || (step.kind === 'status' && step.status >= 400)
  );
}

function refuseLength(
  { promptTokens }: CompletionRequest,
  { contextLength }: EmulatedModel,
): Reply | undefined {
  if (promptTokens <= contextLength) return undefined;
  return errorReply(400, {
    message: `This endpoint's maximum context length is ${contextLength} tokens. However, you requested about ${promptTokens} tokens. Please reduce the length.`,
    errorType: 'context_length_exceeded',
  });
}

function openCall(
  { options, script }: EmulatorState,
  exchange: Exchange,
  request: CompletionRequest,
  model: EmulatedModel,
  step: Step,
): Call {
  const identity = identify(model);
  return {
    exchange,
    identity,
    encoder: new FrameEncoder(identity),
    answer: composeAnswer(request, model, step.answer ?? script.planFor(model.slug), options.chunks),
    stream: request.stream,
    pace: {
      firstTokenMs: step.firstTokenMs ?? options.firstTokenMs,
      chunkMs: step.chunkMs ?? options.chunkMs,
      commentEveryMs: options.commentEveryMs,
    },
    frameOptions: {
      leadingComments: options.leadingComments,
      usageShape: options.usageShape,
      topLogprobs: request.topLogprobs,
    },
  };
}

function identify({ slug, provider }: EmulatedModel): Identity {
  const created = Math.floor(Date.now() / 1000);
  const id = `gen-${created}-${randomUUID().replaceAll('-', '').slice(0, 20)}`;
  return { id, provider, slug, created };
}
