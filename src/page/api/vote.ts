import type { Signal } from '@preact/signals';
import { sendJson } from './client.ts';

/** Votes for an answer, or takes the vote back. Shows it at once; puts it back and rethrows where it was not taken. */
export async function vote(id: string, score: Signal<number>, wanted: -1 | 1): Promise<void> {
  const before = score.peek();
  score.value = before === wanted ? 0 : wanted;
  try {
    await sendJson('PUT', `logs/${encodeURIComponent(id)}/score`, { score: score.peek() });
  } catch (error) {
    score.value = before;
    throw error;
  }
}
