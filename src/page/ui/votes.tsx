import type { Signal } from '@preact/signals';
import { asFailure } from '../api/failure.ts';
import { vote } from '../api/vote.ts';
import { Button } from './button.tsx';

interface VotesProps {
  /** Of the row. */
  id: string;
  score: Signal<number>;
  onRefused: (reason: string) => void;
}

const VOTES = [
  [1, 'up', 'Good answer'],
  [-1, 'downvote', 'Poor answer'],
] as const;

export function Votes({ id, score, onRefused }: VotesProps) {
  const cast = (wanted: -1 | 1) => {
    onRefused('');
    vote(id, score, wanted).catch((error: unknown) => {
      onRefused(`The vote was not taken: ${asFailure(error).message}`);
    });
  };
  return (
    <>
      {VOTES.map(([value, icon, name]) => (
        <Button
          key={icon}
          kind="quiet"
          icon={icon}
          only={name}
          aria-pressed={score.value === value}
          onClick={() => cast(value)}
        />
      ))}
    </>
  );
}
