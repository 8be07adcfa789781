import type { Exchange } from '../chat/exchange.js';

/** The fields that a completion shares with each of its chunks. */
export interface CompletionIdentity {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** The registered name of the model that answers. */
  readonly model: string;
}

/** The id is OpenAI's prefix followed by the id of the log row. */
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
