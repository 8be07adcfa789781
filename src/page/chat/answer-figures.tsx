import { now } from '../clock.ts';
import { count, dollars, NONE, seconds } from '../format.ts';
import type { Answer } from './conversation.ts';

/** What an answer took. While it comes: as the page measures it; then: as the service logged it. */
export function AnswerFigures({ answer }: { answer: Answer }) {
  const result = answer.result.value;
  const firstAt = answer.firstAt.value;
  const ttft = result ? result.ttft : firstAt === undefined ? null : (firstAt - answer.sentAt) / 1000;
  const isOver = answer.state.value === 'done' || answer.endedAt.value !== undefined || !answer.isOpen;
  return (
    <dl class="figures-line numeric">
      <Figure name="First token" value={seconds(ttft)} />
      <Figure
        name="Latency"
        value={result ? seconds(result.latency) : isOver ? elapsed(answer) : <Running answer={answer} />}
      />
      {result && (
        <>
          <Figure name="Tokens" value={`${count(result.prompt_tokens)} → ${count(result.response_tokens)}`} />
          <Figure name="Cost" value={dollars(result.cost)} />
          <Figure name="Attempts" value={String(result.attempts)} />
          {result.finish_reason !== 'stop' && result.finish_reason !== null && (
            <Figure name="Ended" value={result.finish_reason} />
          )}
        </>
      )}
    </dl>
  );
}

function Figure({ name, value }: { name: string; value: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function elapsed({ endedAt, sentAt }: Answer): string {
  return endedAt.value === undefined ? NONE : seconds((endedAt.value - sentAt) / 1000);
}

function Running({ answer }: { answer: Answer }) {
  return <>{seconds(Math.max(0, now.value - answer.sentOn) / 1000)}</>;
}
