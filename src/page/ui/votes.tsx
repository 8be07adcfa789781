import type { Signal } from '@preact/signals';
import { asFailure } from '../api/failure.ts';
import { vote } from '../api/vote.ts';
import { Icon } from './icon.tsx';

interface VotesProps {
  /** Of the row. */
  id: string;
  score: Signal<number>;
  onRefused: (reason: string) => void;
}

export function Votes({ id, score, onRefused }: VotesProps) {
  const cast = (wanted: -1 | 1) => {
    onRefused('');
    vote(id, score, wanted).catch((error: unknown) => {
      onRefused(`The vote was not taken: ${asFailure(error).message}`);
    });
  };
  return (
    <>
      <button
        type="button"
        class="button quiet icon-only"
        aria-pressed={score.value === 1}
        aria-label="Good answer"
        title="Good answer"
        onClick={() => {
          cast(1);
        }}
      >
        <Icon name="up" />
      </button>
      <button
        type="button"
        class="button quiet icon-only"
        aria-pressed={score.value === -1}
        aria-label="Poor answer"
        title="Poor answer"
        onClick={() => {
          cast(-1);
        }}
      >
        <Icon name="downvote" />
      </button>
    </>
  );
}
