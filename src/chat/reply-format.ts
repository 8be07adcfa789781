import type { EventEncoder } from '../common/http/event-stream.js';
import type { ChatEventBatch } from '../models/model.types.js';
import type { Exchange } from './exchange.js';

/** How a door of the service words its replies. */
export interface ReplyFormat {
  /** The JSON reply, once the answer is complete and its row is written. */
  reply(exchange: Exchange): object;
  /** The same piece by piece, as server-sent events. */
  encoder(exchange: Exchange): EventEncoder<ChatEventBatch>;
}
