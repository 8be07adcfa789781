import { useEffect, useRef } from 'preact/hooks';
import { service } from '../api/service.ts';
import { Button } from '../ui/button.tsx';
import { ask, asked, draft, isRunning, stopAll } from './chat-state.ts';
import { PROMPT_ID } from './focus-prompt.ts';

export function Composer() {
  const area = useRef<HTMLTextAreaElement>(null);
  const text = draft.value;
  const canSend =
    text.trim() !== '' && asked.value.length > 0 && !isRunning.value && service.value !== 'gone';
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
  const sendIt = () => {
    if (!canSend) return;
    ask(text.trim());
    draft.value = '';
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sendIt();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        sendIt();
      }}
    >
      <div class="composer-box">
        <textarea
          id={PROMPT_ID}
          ref={area}
          rows={1}
          value={text}
          placeholder={placeholderFor(asked.value)}
          aria-label="Prompt"
          onInput={({ currentTarget }) => {
            draft.value = currentTarget.value;
          }}
          onKeyDown={onKeyDown}
        />
        {isRunning.value ? (
          <Button kind="primary" class="round" icon="stop" only="Stop" title="Stop (Esc)" onClick={stopAll} />
        ) : (
          <Button
            kind="primary"
            class="round"
            icon="send"
            only="Send"
            title="Send (Enter)"
            type="submit"
            disabled={!canSend}
          />
        )}
      </div>
      <p class="composer-hint">
        {isRunning.value ? (
          <>
            <kbd>Esc</kbd> stops
          </>
        ) : (
          <>
            <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> begins a new line
          </>
        )}
      </p>
    </form>
  );
}

function placeholderFor(names: readonly string[]): string {
  if (names.length === 0) return 'Ask';
  const last = names.at(-1) ?? '';
  return `Ask ${names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last}`;
}
