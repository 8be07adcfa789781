import type { ChatResult } from '../api/types.ts';
import { Answer, Turn, type AnswerState, type ChatOptions } from './conversation.ts';

const STORED = 'parley.chat';
const STORED_DRAFT = 'parley.draft';

export interface StoredChat {
  turns: readonly Turn[];
  chosen: readonly string[];
  options: ChatOptions;
}

interface PlainAnswer {
  model: string;
  text: string;
  state: AnswerState;
  score: number;
  result?: ChatResult | undefined;
}

interface Plain extends Omit<StoredChat, 'turns'> {
  turns: { prompt: string; answers: PlainAnswer[] }[];
}

const NOTHING: StoredChat = {
  turns: [],
  chosen: [],
  options: { system: '', temperature: '', maxTokens: '', fallback: false },
};

/** This tab's conversation, as it was before a reload. */
export function restored(): StoredChat {
  try {
    const plain = JSON.parse(sessionStorage.getItem(STORED) ?? '') as Plain;
    return { ...NOTHING, ...plain, turns: plain.turns.map(toTurn) };
  } catch {
    return NOTHING;
  }
}

export function restoredDraft(): string {
  return sessionStorage.getItem(STORED_DRAFT) ?? '';
}

export function storeDraft(draft: string): void {
  keep(STORED_DRAFT, draft);
}

export function store(chat: StoredChat): void {
  const plain: Plain = { ...chat, turns: chat.turns.map(toPlain) };
  keep(STORED, JSON.stringify(plain));
}

function keep(name: string, text: string): void {
  try {
    sessionStorage.setItem(name, text);
  } catch {
    // Larger than the browser keeps: a reload then shows what was kept last.
  }
}

function toTurn({ prompt, answers }: Plain['turns'][number]): Turn {
  return new Turn(
    prompt,
    answers.map(({ model, text, state, score, result }) => {
      const answer = new Answer(model, text, state, result);
      answer.score.value = score;
      return answer;
    }),
  );
}

function toPlain({ prompt, answers }: Turn): Plain['turns'][number] {
  return {
    prompt,
    answers: answers.value.map(({ model, text, state, score, result }) => ({
      model,
      text: text.value,
      state: state.value === 'done' ? 'done' : 'stopped',
      score: score.value,
      result: result.value,
    })),
  };
}
