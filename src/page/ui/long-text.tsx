import { useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { count } from '../format.ts';

const STEP_CHARS = 40_000;

/** A text of any length, a piece at a time. */
export function LongText({ text }: { text: string }) {
  const [shown, setShown] = useState(STEP_CHARS);
  const left = text.length - shown;
  return (
    <div class="long-text">
      <pre class="raw-text">{text.slice(0, shown)}</pre>
      {left > 0 && (
        <Button onClick={() => setShown(shown + STEP_CHARS)}>
          Show more ({count(left)} characters left)
        </Button>
      )}
    </div>
  );
}
