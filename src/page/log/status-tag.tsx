import { Icon } from '../ui/icon.tsx';

const WORDS: Record<string, readonly [kind: string, word: string]> = {
  ok: ['good', 'OK'],
  error: ['bad', 'Error'],
  client_closed: ['', 'Client left'],
  interrupted: ['warn', 'Interrupted'],
};

/** @param isBrief what is as it should be takes no word */
export function StatusTag({ status, isBrief = false }: { status: string; isBrief?: boolean }) {
  const [kind, word] = WORDS[status] ?? ['', status];
  return (
    <span class={`tag ${kind}`}>
      {kind === 'good' && <Icon name="done" />}
      {isBrief && kind === 'good' ? <span class="unseen">{word}</span> : word}
    </span>
  );
}
