import { randomUUID } from 'node:crypto';
import type { CompletionRequest } from '../answers/completion-request.js';
import type { Step } from '../faults.js';
import type { EmulatorOptions, Quirk } from '../options.js';
import type { EmulatedModel } from '../state/catalogue.js';

type StyleRequest = Pick<CompletionRequest, 'stream' | 'stream_options' | 'logprobs' | 'top_logprobs'>;

/** How one answer is written: all that differs between providers, requests and orders. */
export type Style = ReturnType<typeof styleFor>;

/** @param step what was ordered for it */
export function styleFor(
  options: EmulatorOptions,
  { slug, provider }: EmulatedModel,
  request: StyleRequest,
  step: Step,
) {
  const openRouter = options.provider === 'openrouter';
  const has = (quirk: Quirk) => !openRouter && options.quirks.includes(quirk);
  const { stream = false, stream_options: { include_usage: includeUsage = false } = {} } = request;
  const usual = openRouter ? options.usageShape : includeUsage ? 'empty-choices' : 'none';
  const streamed = has('usage-with-finish') ? 'with-finish' : has('x-groq') ? 'x-groq' : usual;
  const created = Math.floor(Date.now() / 1000);
  const unique = randomUUID().replaceAll('-', '').slice(0, 20);
  const id = openRouter ? `gen-${created}-${unique}` : `chatcmpl-${unique}`;
  const object = stream ? 'chat.completion.chunk' : 'chat.completion';
  const names = { id, ...(openRouter ? { provider } : {}), model: slug, object, created };
  // OpenAI sends `usage: null` with every chunk but the last once usage was asked for.
  const nullUsage = !openRouter && stream && includeUsage ? { usage: null } : {};
  return {
    openRouter,
    stream,
    id,
    /** What all chunks have in common. */
    head: { ...names, system_fingerprint: 'fp_emulator', ...nullUsage },
    firstTokenMs: step.firstTokenMs ?? options.firstTokenMs,
    chunkMs: step.chunkMs ?? options.chunkMs,
    commentEveryMs: options.commentEveryMs,
    comment: openRouter ? ': OPENROUTER PROCESSING\n\n' : ': keep-alive\n\n',
    /** Comments sent with the headers. */
    leadingComments: openRouter || has('keep-alive') ? options.leadingComments : 0,
    usage: has('no-usage') ? 'none' : stream ? streamed : 'empty-choices',
    done: !has('no-done'),
    reasoningField: has('reasoning-content') ? 'reasoning_content' : 'reasoning',
    /** The `finish_reason` of a chunk that is not the last. */
    noFinish: has('empty-finish-reason') && stream ? '' : (null as string | null),
    /** Alternatives per token; undefined when no logprobs were asked for. */
    topLogprobs: request.logprobs ? (request.top_logprobs ?? 0) : undefined,
  };
}
