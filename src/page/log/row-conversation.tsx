import { useState } from 'preact/hooks';
import type { LogRecord, Message } from '../api/types.ts';
import { Button } from '../ui/button.tsx';
import { LongText } from '../ui/long-text.tsx';
import { Markdown } from '../ui/markdown.tsx';
import { conversationOf } from './conversation-of.ts';

const SHOWN_MESSAGES = 6;
const MORE_MESSAGES = 50;

const NAMES: Record<Message['role'], string> = { user: 'User', assistant: 'Assistant', system: 'System' };

/** The last messages first of all; a conversation of hundreds is not laid out at once. */
export function RowConversation({ row }: { row: LogRecord }) {
  const messages = conversationOf(row);
  const [shown, setShown] = useState(SHOWN_MESSAGES);
  const left = Math.max(0, messages.length - shown);
  return (
    <div class="conversation">
      {left > 0 && (
        <Button onClick={() => setShown(shown + MORE_MESSAGES)}>
          {left} earlier {left === 1 ? 'message' : 'messages'}
        </Button>
      )}
      {messages.slice(left).map((message, index) => (
        <section key={left + index} class={`message ${message.role}`}>
          <h2>{NAMES[message.role]}</h2>
          {message.role === 'assistant' ? (
            <Markdown text={message.content} />
          ) : (
            <LongText text={message.content} />
          )}
        </section>
      ))}
      <section class="message assistant">
        <h2>{row.model}</h2>
        {row.response === '' ? <p class="muted">No text.</p> : <Markdown text={row.response} />}
      </section>
    </div>
  );
}
