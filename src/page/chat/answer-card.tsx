import { useState } from 'preact/hooks';
import { modelNames } from '../api/service.ts';
import { hrefOf } from '../route.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Icon } from '../ui/icon.tsx';
import { Markdown } from '../ui/markdown.tsx';
import { Menu } from '../ui/menu.tsx';
import { ModelName } from '../ui/model-name.tsx';
import { Votes } from '../ui/votes.tsx';
import { AnswerFigures } from './answer-figures.tsx';
import { askAgain, isRunning, replace, stop } from './chat-state.ts';
import type { Answer, Turn } from './conversation.ts';

export function AnswerCard({ turn, answer }: { turn: Turn; answer: Answer }) {
  const state = answer.state.value;
  const result = answer.result.value;
  const model = result?.model ?? answer.model;
  return (
    <article class="answer" aria-label={`Answer of ${model}`} aria-busy={answer.isOpen}>
      <header>
        <h2>
          <ModelName name={model} />
        </h2>
        {model !== answer.model && <span class="tag warn">instead of {answer.model}</span>}
        <span class="slug mono clip">{result?.upstream_model}</span>
        {answer.isOpen && (
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              stop(answer);
            }}
            aria-label={`Stop ${model}`}
          >
            <Icon name="stop" />
            Stop
          </button>
        )}
      </header>
      <AnswerBody answer={answer} />
      {state === 'failed' && answer.failure.value && (
        <FailureNote
          failure={answer.failure.value}
          onRetry={() => {
            replace(turn, answer);
          }}
        />
      )}
      {state === 'stopped' && <p class="muted small">Stopped. What had arrived is kept.</p>}
      <footer>
        <AnswerFigures answer={answer} />
        {!answer.isOpen && <AnswerActions turn={turn} answer={answer} />}
      </footer>
    </article>
  );
}

function AnswerBody({ answer }: { answer: Answer }) {
  const text = answer.text.value;
  if (text !== '') return <Markdown text={text} />;
  if (answer.isOpen) {
    return (
      <div class="waiting" role="status" aria-label="Waiting for the first word">
        <span class="skeleton" />
        <span class="skeleton" />
      </div>
    );
  }
  return answer.state.value === 'done' ? <p class="muted">The model answered with no text.</p> : null;
}

function AnswerActions({ turn, answer }: { turn: Turn; answer: Answer }) {
  const [refusal, setRefusal] = useState('');
  const result = answer.result.value;
  const others = modelNames.value.filter((name) => turn.answers.value.every(({ model }) => model !== name));
  return (
    <div class="answer-actions">
      {result && <Votes id={result.id} score={answer.score} onRefused={setRefusal} />}
      {answer.text.value !== '' && <CopyButton text={answer.text.value} label="Copy answer" />}
      <Menu
        class="up"
        name="Ask again"
        label={
          <>
            <Icon name="again" />
            <span class="label">Ask again</span>
          </>
        }
      >
        <button
          type="button"
          disabled={isRunning.value}
          onClick={() => {
            replace(turn, answer);
          }}
        >
          <ModelName name={answer.model} />
          <span class="muted">once more</span>
        </button>
        {others.map((name) => (
          <button
            type="button"
            key={name}
            onClick={() => {
              askAgain(turn, name);
            }}
          >
            <ModelName name={name} />
            <span class="muted">beside it</span>
          </button>
        ))}
      </Menu>
      {result && (
        <a
          class="button quiet icon-only"
          href={hrefOf('log', { id: result.id })}
          title="Open in the log"
          aria-label="Open in the log"
        >
          <Icon name="log" />
        </a>
      )}
      {refusal && (
        <span class="refusal" role="alert">
          {refusal}
        </span>
      )}
    </div>
  );
}
