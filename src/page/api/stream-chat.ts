import { send } from './client.ts';
import { eventsOf } from './events.ts';
import { cut, Failure, problemIn } from './failure.ts';
import type { ChatRequest, ChatResult } from './types.ts';

/** Asks one model. Resolves once the answer is complete and logged; throws a Failure, or the reason of `signal`. */
export async function streamChat(
  request: ChatRequest,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<ChatResult> {
  const response = await send('chat', { method: 'POST', body: request, accept: 'text/event-stream', signal });
  for await (const { event, data } of eventsOf(response, signal)) {
    if (event === 'delta') onText((JSON.parse(data) as { text: string }).text);
    else if (event === 'done') return JSON.parse(data) as ChatResult;
    else if (event === 'error') throw new Failure(problemIn(data));
  }
  throw cut();
}
