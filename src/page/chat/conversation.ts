import { signal, type Signal } from '@preact/signals';
import type { Failure } from '../api/failure.ts';
import type { ChatResult, Message } from '../api/types.ts';

export type AnswerState = 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed';

/** One model's answer to one prompt. */
export class Answer {
  readonly text: Signal<string>;
  readonly state: Signal<AnswerState>;
  readonly result: Signal<ChatResult | undefined>;
  readonly failure = signal<Failure | undefined>(undefined);
  readonly score = signal(0);
  /** performance.now() of the sending, and of the first text. */
  readonly sentAt = performance.now();
  /** The same by the clock of `now`, which drives what counts up. */
  readonly sentOn = Date.now();
  readonly firstAt = signal<number | undefined>(undefined);
  readonly endedAt = signal<number | undefined>(undefined);

  constructor(
    readonly model: string,
    text = '',
    state: AnswerState = 'waiting',
    result?: ChatResult,
  ) {
    this.text = signal(text);
    this.state = signal(state);
    this.result = signal(result);
  }

  get isOpen(): boolean {
    return this.state.value === 'waiting' || this.state.value === 'streaming';
  }
}

export class Turn {
  readonly answers: Signal<readonly Answer[]>;

  constructor(
    readonly prompt: string,
    answers: readonly Answer[] = [],
  ) {
    this.answers = signal(answers);
  }
}

export interface ChatOptions {
  system: string;
  temperature: string;
  maxTokens: string;
  fallback: boolean;
}

/**
 * What a model is told of the turns before: its own answers, and where it gave none, those of another. A prompt that
 * nobody answered is left out.
 */
export function historyFor(model: string, turns: readonly Turn[]): Message[] {
  return turns.flatMap(({ prompt, answers }): Message[] => {
    const given = answers.value.filter(({ text }) => text.value !== '');
    const answer = given.find((one) => one.model === model) ?? given[0];
    return answer
      ? [
          { role: 'user', content: prompt },
          { role: 'assistant', content: answer.text.value },
        ]
      : [];
  });
}

/** Turns of a logged conversation; whatever is not a text of the user or the assistant is left out. */
export function turnsOf(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  let prompt: string | undefined;
  for (const { role, content } of messages) {
    if (role === 'user') prompt = prompt === undefined ? content : `${prompt}\n\n${content}`;
    if (role !== 'assistant' || prompt === undefined) continue;
    turns.push(new Turn(prompt, [new Answer('earlier', content, 'done')]));
    prompt = undefined;
  }
  return turns;
}
