import type { Exchange } from '../chat/exchange.js';

/** What a completion and every chunk of it have in common. */
export interface CompletionIdentity {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** The registered name that answers. */
  readonly model: string;
}

/** The id is that of the log row behind OpenAI's prefix. */
export function completionIdentity(
  { request, answer, context }: Exchange,
  prefix = 'chatcmpl',
): CompletionIdentity {
  return {
    id: `${prefix}-${request.id}`,
    created: Math.floor(context.timestamp / 1000),
    model: answer.model,
  };
}
