import { Answer, Turn, turnsOf } from '../chat/conversation.ts';
import { askAgain, beginAnew, options, turns } from '../chat/chat-state.ts';
import type { ChatResult, LogRecord } from '../api/types.ts';
import { go } from '../route.ts';
import { conversationOf } from './conversation-of.ts';

/** Asks another model what a row's was asked, and shows both answers side by side. */
export function sendAgain(record: LogRecord, model: string): void {
  const messages = conversationOf(record);
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const said = messages.filter(({ role }) => role !== 'system');
  const turn = new Turn(said.at(-1)?.content ?? record.prompt, [loggedAnswer(record)]);
  beginAnew(turnsOf(said.slice(0, -1)));
  options.value = { ...options.value, system: system.join('\n\n') };
  turns.value = [...turns.value, turn];
  askAgain(turn, model);
  go('chat');
}

function loggedAnswer(record: LogRecord): Answer {
  const answer = new Answer(
    record.model,
    record.response,
    record.status === 'ok' ? 'done' : 'stopped',
    resultOf(record),
  );
  answer.score.value = record.score ?? 0;
  return answer;
}

function resultOf(record: LogRecord): ChatResult | undefined {
  const { id, latency, upstream_model, attempts } = record;
  if (id === null || latency === null) return undefined;
  return { ...record, id, latency, upstream_model: upstream_model ?? '', attempts: attempts ?? 1 };
}
