import type { EventEncoder } from '../common/http/event-stream.js';
import type { ChatEventBatch } from '../models/model.types.js';
import type { Exchange } from './exchange.js';

/** The format of the replies of one API. */
export interface ReplyFormat {
  /** The JSON reply, once the answer is complete and its row is written. */
  reply(exchange: Exchange): object;
  /** The same reply in pieces, as server-sent events. */
  encoder(exchange: Exchange): EventEncoder<ChatEventBatch>;
}
