import { useState } from 'preact/hooks';
import { askable } from '../api/service.ts';
import { hrefOf } from '../route.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { ModelName } from '../ui/model-name.tsx';
import { Votes } from '../ui/votes.tsx';
import { askAgain, isRunning, replace } from './chat-state.ts';
import type { Answer, Turn } from './conversation.ts';

/** What can be done with an answer that is over. */
export function AnswerActions({ turn, answer }: { turn: Turn; answer: Answer }) {
  const [refusal, setRefusal] = useState('');
  const result = answer.result.value;
  const others = askable.value.filter(({ name }) => turn.answers.value.every(({ model }) => model !== name));
  return (
    <div class="answer-actions">
      {result && <Votes id={result.id} score={answer.score} onRefused={setRefusal} />}
      {answer.text.value !== '' && <CopyButton text={answer.text.value} label="Copy answer" />}
      <Menu name="Ask again" icon="again" label={<span class="label">Ask again</span>}>
        <button type="button" disabled={isRunning.value} onClick={() => replace(turn, answer)}>
          <ModelName name={answer.model} />
          <span class="muted">once more</span>
        </button>
        {others.map(({ name }) => (
          <button type="button" key={name} onClick={() => askAgain(turn, name)}>
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
