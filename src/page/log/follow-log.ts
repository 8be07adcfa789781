import { send } from '../api/client.ts';
import { eventsOf } from '../api/events.ts';
import type { LogRecord } from '../api/types.ts';
import { signal } from '@preact/signals';
import type { LogRows } from './log-rows.ts';

const RETRY_MS = 1500;

/** Whether new rows arrive by themselves at the moment. */
export const isLive = signal(false);

/** Adds rows as they are written, until `leave` is called. EventSource could not carry the key. */
export function followLog(rows: LogRows): () => void {
  const leaving = new AbortController();
  void follow(rows, leaving.signal);
  return () => {
    leaving.abort();
    isLive.value = false;
  };
}

async function follow(rows: LogRows, signal: AbortSignal): Promise<void> {
  const isOver = () => signal.aborted;
  while (!isOver()) {
    try {
      const response = await send(`logs/live${rows.filter}`, { accept: 'text/event-stream', signal });
      isLive.value = true;
      await rows.catchUp();
      for await (const { event, data } of eventsOf(response, signal))
        if (event === 'row') rows.add([JSON.parse(data) as LogRecord]);
    } catch {
      // Below: whatever ended it, a new connection is the answer.
    }
    if (isOver()) return;
    isLive.value = false;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
