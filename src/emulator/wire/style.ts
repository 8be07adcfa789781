import type { CompletionRequest } from '../answers/completion-request.js';
import type { EmulatorOptions } from '../options.js';
import type { Frame, Style } from './frames.js';

export interface Identity {
  readonly id: string;
  /** Who serves the slug behind OpenRouter. */
  readonly provider: string;
  readonly slug: string;
  /** Unix seconds. */
  readonly created: number;
}

const processing: Frame = { part: 'comment', text: ': OPENROUTER PROCESSING\n\n' };
const keepAlive: Frame = { part: 'comment', text: ': keep-alive\n\n' };

export function styleFor(
  options: EmulatorOptions,
  { id, provider, slug, created }: Identity,
  request: Pick<CompletionRequest, 'stream' | 'includeUsage' | 'topLogprobs'>,
): Style {
  const openRouter = options.provider === 'openrouter';
  const has = (quirk: EmulatorOptions['quirks'][number]) => !openRouter && options.quirks.includes(quirk);
  const object = request.stream ? 'chat.completion.chunk' : 'chat.completion';
  const names = { id, ...(openRouter ? { provider } : {}), model: slug, object, created };
  return {
    // OpenAI sends `usage: null` with every chunk but the last once usage was asked for.
    head: { ...names, system_fingerprint: 'fp_emulator', ...nullUsage(openRouter, request) },
    openRouter,
    comment: openRouter ? processing : keepAlive,
    leadingComments: openRouter || has('keep-alive') ? options.leadingComments : 0,
    usage: usageOf(options, request, has),
    done: !has('no-done'),
    reasoningField: has('reasoning-content') ? 'reasoning_content' : 'reasoning',
    noFinish: has('empty-finish-reason') && request.stream ? '' : null,
    topLogprobs: request.topLogprobs,
  };
}

type UsageRequest = Pick<CompletionRequest, 'stream' | 'includeUsage'>;

function nullUsage(openRouter: boolean, { stream, includeUsage }: UsageRequest): object {
  return !openRouter && stream && includeUsage ? { usage: null } : {};
}

function usageOf(
  { provider, usageShape }: EmulatorOptions,
  { stream, includeUsage }: UsageRequest,
  has: (quirk: EmulatorOptions['quirks'][number]) => boolean,
): Style['usage'] {
  if (has('no-usage')) return 'none';
  if (!stream) return 'empty-choices';
  if (has('usage-with-finish')) return 'with-finish';
  if (has('x-groq')) return 'x-groq';
  if (provider === 'openrouter') return usageShape;
  return includeUsage ? 'empty-choices' : 'none';
}
