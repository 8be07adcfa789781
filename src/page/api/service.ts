import { computed, effect, signal } from '@preact/signals';
import { getJson } from './client.ts';
import { asFailure, UNREACHABLE, type Failure } from './failure.ts';
import { holder, key, keyWanted, type Holder } from './session.ts';
import type { Account, Model, ModelList } from './types.ts';

const HEALTH_EVERY_MS = 4000;
const HEALTH_EVERY_WHEN_DOWN_MS = 1500;
const MODELS_EVERY_MS = 15_000;

export const models = signal<readonly Model[] | undefined>(undefined);
/** Of the service at OpenRouter; null where it is not ours to know. */
export const account = signal<Account | null>(null);
export const modelsFailure = signal<Failure | undefined>(undefined);

/** `ready` takes chats; `busy` answers but does not (its log cannot, or it is stopping); `gone` does not answer. */
export const service = signal<'unknown' | 'ready' | 'busy' | 'gone'>('unknown');

/** Counts how often the service came back: what shows its data reads again. */
export const returns = signal(0);

export const modelNames = computed(() => (models.value ?? []).map(({ name }) => name));

/** The models that the holder of the key may ask. */
export const askable = computed(() => {
  const allowed = holder.value?.models;
  return (models.value ?? []).filter(({ name }) => allowed?.includes(name) ?? true);
});

export async function readModels(): Promise<void> {
  try {
    const list = await getJson<ModelList>('models');
    models.value = list.data;
    account.value = list.account;
    modelsFailure.value = undefined;
  } catch (error) {
    modelsFailure.value = asFailure(error);
  }
}

async function readHolder(): Promise<void> {
  try {
    holder.value = await getJson<Holder>('keys/me');
  } catch {
    holder.value = undefined;
  }
}

async function readHealth(): Promise<void> {
  const before = service.peek();
  service.value = await fetch('health', { cache: 'no-store', credentials: 'omit' }).then(
    ({ ok }) => (ok ? 'ready' : 'busy'),
    () => 'gone' as const,
  );
  if (before === 'gone' && service.peek() !== 'gone') returns.value += 1;
}

function repeat(work: () => Promise<void>, pauseMs: () => number): void {
  const again = async () => {
    if (!document.hidden) await work();
    setTimeout(() => void again(), pauseMs());
  };
  void again();
}

/** Follows how the service and its models are, for as long as the page is seen. */
export function followService(): void {
  repeat(readHealth, () => (service.peek() === 'ready' ? HEALTH_EVERY_MS : HEALTH_EVERY_WHEN_DOWN_MS));
  repeat(
    async () => {
      if (keyWanted.peek() === undefined) await readModels();
    },
    () => (modelsFailure.peek()?.code === UNREACHABLE ? HEALTH_EVERY_WHEN_DOWN_MS : MODELS_EVERY_MS),
  );
  // A key that was just given, or a service that came back, may show other models.
  effect(() => {
    if (key.value !== '' && keyWanted.value === undefined) void readHolder();
    if (returns.value > 0) void readModels();
  });
}
