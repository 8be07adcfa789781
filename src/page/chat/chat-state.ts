import { batch, computed, effect, signal } from '@preact/signals';
import { asFailure } from '../api/failure.ts';
import { askable } from '../api/service.ts';
import { streamChat } from '../api/stream-chat.ts';
import type { ChatRequest, Message } from '../api/types.ts';
import { Answer, historyFor, Turn, type ChatOptions } from './conversation.ts';
import { grown } from './frames.ts';
import { restored, restoredDraft, store, storeDraft } from './stored-chat.ts';

export const MOST_COLUMNS = 4;

const before = restored();

export const turns = signal<readonly Turn[]>(before.turns);
/** What is typed but not sent. */
export const draft = signal(restoredDraft());
export const chosen = signal<readonly string[]>(before.chosen);
export const options = signal<ChatOptions>(before.options);

const running = signal<ReadonlyMap<Answer, AbortController>>(new Map());
export const isRunning = computed(() => running.value.size > 0);

/** The models to ask: those chosen that are there, else the first. */
export const asked = computed(() => {
  const known = askable.value.map(({ name }) => name);
  const there = chosen.value.filter((name) => known.includes(name));
  return there.length > 0 ? there : known.slice(0, 1);
});

/** Keeps what a reload of the tab must not lose. */
export function keepConversation(): void {
  effect(() => {
    if (!isRunning.value) store({ turns: turns.value, chosen: chosen.value, options: options.value });
  });
  effect(() => storeDraft(draft.value));
}

export function ask(prompt: string): void {
  const turn = new Turn(prompt);
  const history = turns.value;
  turns.value = [...history, turn];
  for (const model of asked.value) start(turn, history, model);
}

/** One more answer to a prompt that was asked before. */
export function askAgain(turn: Turn, model: string): void {
  const at = turns.value.indexOf(turn);
  start(turn, turns.value.slice(0, at), model);
}

/** The same model once more, in place of an answer that failed. */
export function replace(turn: Turn, answer: Answer): void {
  turn.answers.value = turn.answers.value.filter((other) => other !== answer);
  askAgain(turn, answer.model);
}

export function stop(answer: Answer): void {
  running.value.get(answer)?.abort();
}

export function stopAll(): void {
  for (const controller of running.value.values()) controller.abort();
}

export function beginAnew(earlier: readonly Turn[] = []): void {
  stopAll();
  turns.value = earlier;
}

function start(turn: Turn, history: readonly Turn[], model: string): void {
  const answer = new Answer(model);
  const controller = new AbortController();
  batch(() => {
    turn.answers.value = [...turn.answers.value, answer];
    running.value = new Map(running.value).set(answer, controller);
  });
  void run(answer, requestFor(model, turn.prompt, historyFor(model, history)), controller.signal).finally(
    () => {
      const left = new Map(running.value);
      left.delete(answer);
      running.value = left;
    },
  );
}

async function run(answer: Answer, request: ChatRequest, signal: AbortSignal): Promise<void> {
  const onText = grown(answer);
  try {
    const result = await streamChat(request, signal, onText.add);
    onText.flush();
    batch(() => {
      answer.result.value = result;
      answer.state.value = 'done';
    });
  } catch (error) {
    onText.flush();
    batch(() => {
      answer.state.value = signal.aborted ? 'stopped' : 'failed';
      if (!signal.aborted) answer.failure.value = asFailure(error);
    });
  } finally {
    answer.endedAt.value = performance.now();
  }
}

function requestFor(model: string, prompt: string, history: readonly Message[]): ChatRequest {
  const { system, temperature, maxTokens, fallback } = options.value;
  const others = askable.value.map(({ name }) => name).filter((name) => name !== model);
  const start: Message[] = system === '' ? [] : [{ role: 'system', content: system }];
  return {
    model,
    stream: true,
    ...(history.length === 0
      ? { prompt, ...(system !== '' && { system }) }
      : { messages: [...start, ...history, { role: 'user', content: prompt }] }),
    ...(temperature !== '' && { temperature: Number(temperature) }),
    ...(maxTokens !== '' && { max_tokens: Number(maxTokens) }),
    ...(fallback && others.length > 0 && { fallback: others }),
  };
}
