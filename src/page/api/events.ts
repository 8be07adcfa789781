import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { cut } from './failure.ts';

/** The events of a response, as they arrive. Throws a Failure where the connection breaks. */
export async function* eventsOf(response: Response, signal: AbortSignal): AsyncGenerator<EventSourceMessage> {
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => arrived.push(event) });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const piece = await reader?.read();
      if (!piece || piece.done) return;
      parser.feed(piece.value);
      yield* arrived.splice(0);
    }
  } catch (error) {
    throw signal.aborted ? error : cut();
  } finally {
    void reader?.cancel().catch(() => undefined);
  }
}
