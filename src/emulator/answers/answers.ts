import type { AnswerPlan } from '../faults.js';
import type { EmulatedModel } from '../state/catalogue.js';
import type { CompletionRequest } from './completion-request.js';
import { sampleFor } from './json-sample.js';
import { countTokens, splitTokens } from './tokens.js';
import { chooseToolCalls, type ToolCall } from './tool-calls.js';
import { priceUsage, type Usage } from './usage.js';

export interface Answer {
  readonly pieces: readonly string[];
  readonly reasoning: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: string | null;
  readonly usage: Usage;
}

/** @param chunks number of pieces of a made-up text; as many as it has tokens if undefined */
export function composeAnswer(
  request: CompletionRequest,
  model: EmulatedModel,
  plan: AnswerPlan,
  chunks: number | undefined,
): Answer {
  const dictated = plan.pieces ?? (plan.text === undefined ? undefined : splitTokens(plan.text));
  const toolCalls = dictated ? [] : chooseToolCalls(request);
  const whole = dictated ?? (toolCalls.length > 0 ? [] : makeUpPieces(request, model.slug, chunks));
  const ordered = request.max_completion_tokens ?? request.max_tokens ?? Infinity;
  const limit = Math.min(ordered, model.maxCompletionTokens ?? Infinity);
  const { pieces, exhausted } = limitTokens(stopAt(whole, [request.stop ?? []].flat()), limit);
  const { reasoning = [] } = plan;
  const said = [...pieces, ...toolCalls.map((call) => call.name + call.arguments)];
  const counts = {
    prompt: plan.promptTokens ?? request.promptTokens,
    completion: plan.completionTokens ?? countAll(said),
    reasoning: countAll(reasoning),
  };
  const usual = exhausted ? 'length' : toolCalls.length > 0 ? 'tool_calls' : 'stop';
  const { finishReason = usual } = plan;
  return { pieces, reasoning, toolCalls, finishReason, usage: priceUsage(model, counts, plan.cost) };
}

function countAll(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + countTokens(text), 0);
}

function makeUpPieces(request: CompletionRequest, slug: string, chunks?: number): readonly string[] {
  const { lastUserText, response_format: format } = request;
  const answer = `Parley's emulator answers as ${slug}`;
  if (format?.type === 'json_object')
    return splitTokens(JSON.stringify({ answer, prompt: lastUserText.slice(0, 120) }));
  if (format?.type === 'json_schema')
    return splitTokens(JSON.stringify(sampleFor(format.json_schema?.schema, answer)));
  const words = lastUserText.trim().split(/\s+/, 13);
  const echo = words.slice(0, 12).join(' ').slice(0, 120) + (words.length > 12 ? ' …' : '');
  const natural = splitTokens(
    `${answer}: you wrote "${echo}".\n\nNo language model was asked, no network was used, and nothing was spent.`,
  );
  return Array.from(
    { length: chunks ?? natural.length },
    (_, index) => natural[index % natural.length] ?? '',
  );
}

function stopAt(pieces: readonly string[], stops: readonly string[]): readonly string[] {
  const text = pieces.join('');
  const hits = stops.map((stop) => (stop === '' ? -1 : text.indexOf(stop))).filter((index) => index >= 0);
  return hits.length === 0 ? pieces : takeLength(pieces, Math.min(...hits));
}

function limitTokens(pieces: readonly string[], limit: number) {
  const tokens = pieces.flatMap(splitTokens);
  const exhausted = tokens.length > limit;
  const kept = tokens.slice(0, limit).join('').length;
  return { pieces: exhausted ? takeLength(pieces, kept) : pieces, exhausted };
}

function takeLength(pieces: readonly string[], length: number): string[] {
  let left = length;
  const taken = pieces.map((piece) => {
    const part = piece.slice(0, left);
    left -= part.length;
    return part;
  });
  return taken.filter((piece) => piece !== '');
}
