import { Injectable } from '@nestjs/common';
import { EventStream, type EventEncoder } from '../common/http/event-stream.js';
import { Settings } from '../config/settings.js';
import { ExchangeRecorder } from '../logging/exchange-recorder.service.js';
import type { Recorded } from '../logging/recorded.js';
import type { ChatEventBatch } from '../models/model.types.js';
import type { Exchange } from './exchange.js';

export type RecordedExchange = Recorded<Exchange>;

/** How a door of the service words its replies. */
export interface ReplyFormat {
  /** The JSON reply, once the answer is complete. */
  reply(recorded: RecordedExchange): object;
  encoder(recorded: RecordedExchange): EventEncoder<ChatEventBatch>;
}

/** Records an exchange and makes its reply, in the words of the door that it came through. */
@Injectable()
export class ReplyService {
  constructor(
    private readonly recorder: ExchangeRecorder,
    private readonly settings: Settings,
  ) {}

  /** Resolves with one JSON object once the row has been written, or at once with a stream that ends after it. */
  async replyTo(exchange: Exchange, format: ReplyFormat): Promise<object> {
    const { context, streaming } = exchange;
    const recorded = this.recorder.record(exchange);
    if (streaming)
      return new EventStream((sink) => recorded.run(sink), format.encoder(recorded), context, {
        stallTimeoutMs: this.settings.IDLE_TIMEOUT_MS,
      });
    await recorded.run();
    if (recorded.receipt.log === 'pending') context.setHeader('X-Chat-Log', 'pending');
    return format.reply(recorded);
  }
}
