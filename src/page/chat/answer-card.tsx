import { Button } from '../ui/button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Markdown } from '../ui/markdown.tsx';
import { ModelName } from '../ui/model-name.tsx';
import { Skeleton } from '../ui/view-parts.tsx';
import { AnswerActions } from './answer-actions.tsx';
import { AnswerFigures } from './answer-figures.tsx';
import { replace, stop } from './chat-state.ts';
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
          <Button kind="quiet" icon="stop" onClick={() => stop(answer)} aria-label={`Stop ${model}`}>
            Stop
          </Button>
        )}
      </header>
      <AnswerBody answer={answer} />
      {state === 'failed' && answer.failure.value && (
        <FailureNote failure={answer.failure.value} onRetry={() => replace(turn, answer)} />
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
    return <Skeleton class="waiting" lines={2} label="Waiting for the first word" />;
  }
  return answer.state.value === 'done' ? <p class="muted">The model answered with no text.</p> : null;
}
