import type { Answer } from './conversation.ts';

interface Grown {
  add: (text: string) => void;
  flush: () => void;
}

const waiting = new Set<() => void>();

/** One frame for all answers that grow; also in a tab that is not seen, where there are no frames. */
function soon(flush: () => void): void {
  if (waiting.size === 0) {
    if (document.hidden) setTimeout(flushAll, 250);
    else requestAnimationFrame(flushAll);
  }
  waiting.add(flush);
}

function flushAll(): void {
  const flushes = [...waiting];
  waiting.clear();
  for (const flush of flushes) flush();
}

/** Collects what arrives for an answer and shows it once a frame, however small the pieces are. */
export function grown(answer: Answer): Grown {
  let pieces = '';
  const flush = () => {
    if (pieces === '') return;
    answer.text.value += pieces;
    pieces = '';
    if (answer.state.peek() === 'waiting') answer.state.value = 'streaming';
  };
  return {
    add: (text) => {
      answer.firstAt.value ??= performance.now();
      pieces += text;
      soon(flush);
    },
    flush,
  };
}
