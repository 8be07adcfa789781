import { useLayoutEffect, useRef } from 'preact/hooks';
import { models, modelsFailure, readModels } from '../api/service.ts';
import { Button } from '../ui/button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { AnswerCard } from './answer-card.tsx';
import { beginAnew, turns } from './chat-state.ts';
import { Composer } from './composer.tsx';
import type { Turn } from './conversation.ts';
import { ModelPicker } from './model-picker.tsx';
import { OptionsMenu } from './options-menu.tsx';
import { Welcome } from './welcome.tsx';

export function ChatView() {
  const failure = modelsFailure.value;
  return (
    <div class="chat">
      <header class="view-head">
        <h1 class="unseen">Chat</h1>
        <ModelPicker />
        <div class="head-actions">
          <OptionsMenu />
          <Button
            kind="quiet"
            icon="plus"
            disabled={turns.value.length === 0}
            onClick={() => beginAnew()}
            aria-keyshortcuts="n"
          >
            <span class="label">New chat</span>
          </Button>
        </div>
      </header>
      <Transcript />
      {failure && !models.value && (
        <div class="chat-note">
          <FailureNote failure={failure} onRetry={() => void readModels()} />
        </div>
      )}
      <Composer />
    </div>
  );
}

/** How close to the end the reader must be for the page to follow the answer. */
const FOLLOW_PX = 80;

function Transcript() {
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const shown = turns.value;
  useLayoutEffect(() => {
    const element = scroller.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    const toEnd = () => {
      if (follows.current) element.scrollTop = element.scrollHeight;
    };
    follows.current = true;
    toEnd();
    const observer = new ResizeObserver(toEnd);
    observer.observe(content);
    return () => observer.disconnect();
  }, [shown.length]);
  const onScroll = () => {
    const element = scroller.current;
    if (element)
      follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < FOLLOW_PX;
  };
  if (shown.length === 0) return <Welcome />;
  return (
    <div
      class="transcript"
      ref={scroller}
      onScroll={onScroll}
      tabIndex={0}
      role="region"
      aria-label="Conversation"
    >
      <div>
        {shown.map((turn, index) => (
          <TurnBlock key={index} turn={turn} />
        ))}
      </div>
    </div>
  );
}

function TurnBlock({ turn }: { turn: Turn }) {
  const answers = turn.answers.value;
  return (
    <section
      class={`turn ${answers.length > 1 ? 'many' : ''} n${answers.length}`}
      aria-label={turn.prompt.slice(0, 60)}
    >
      <div class="prompt">
        <p>{turn.prompt}</p>
      </div>
      <div class="answers">
        {answers.map((answer, index) => (
          <AnswerCard key={index} turn={turn} answer={answer} />
        ))}
      </div>
    </section>
  );
}
