import type { AnswerPlan } from '../faults.js';
import { isObject } from '../fields.js';
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
  const limit = Math.min(request.maxTokens ?? Infinity, model.maxCompletionTokens ?? Infinity);
  const { pieces, tokens, exhausted } = limitTokens(stopAt(whole, request.stop), limit);
  const callTokens = toolCalls.reduce((sum, call) => sum + countTokens(call.name + call.arguments), 0);
  const counts = {
    prompt: plan.promptTokens ?? request.promptTokens,
    completion: plan.completionTokens ?? tokens + callTokens,
    reasoning: (plan.reasoning ?? []).reduce((sum, piece) => sum + countTokens(piece), 0),
  };
  return {
    pieces,
    reasoning: plan.reasoning ?? [],
    toolCalls,
    finishReason: plan.finishReason ?? (exhausted ? 'length' : toolCalls.length > 0 ? 'tool_calls' : 'stop'),
    usage: priceUsage(model, counts, plan.cost),
  };
}

function makeUpPieces(request: CompletionRequest, slug: string, chunks?: number): readonly string[] {
  const json = makeUpJson(request, slug);
  const natural = splitTokens(json ?? makeUpText(request, slug));
  if (json !== undefined || chunks === undefined) return natural;
  return Array.from({ length: chunks }, (_, index) => natural[index % natural.length] ?? '');
}

function makeUpText({ lastUserText }: CompletionRequest, slug: string): string {
  const words = lastUserText.trim().split(/\s+/, 13);
  const echo = words.slice(0, 12).join(' ').slice(0, 120) + (words.length > 12 ? ' …' : '');
  return `Parley's emulator answers as ${slug}: you wrote "${echo}".\n\nNo language model was asked, no network was used, and nothing was spent.`;
}

function makeUpJson({ responseFormat, lastUserText }: CompletionRequest, slug: string): string | undefined {
  const format = isObject(responseFormat) ? responseFormat : {};
  const answer = `Parley's emulator answers as ${slug}`;
  if (format.type === 'json_object') return JSON.stringify({ answer, prompt: lastUserText.slice(0, 120) });
  const schema = isObject(format.json_schema) ? format.json_schema.schema : undefined;
  return format.type === 'json_schema' ? JSON.stringify(sampleFor(schema, answer)) : undefined;
}

function stopAt(pieces: readonly string[], stops: readonly string[]): readonly string[] {
  const text = pieces.join('');
  const hits = stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
  return hits.length === 0 ? pieces : takeLength(pieces, Math.min(...hits));
}

function limitTokens(pieces: readonly string[], limit: number) {
  const tokens = pieces.flatMap(splitTokens);
  const kept = tokens.slice(0, limit);
  const exhausted = kept.length < tokens.length;
  return {
    pieces: exhausted ? takeLength(pieces, kept.join('').length) : pieces,
    tokens: kept.length,
    exhausted,
  };
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
