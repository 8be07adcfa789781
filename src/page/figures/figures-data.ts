import { signal } from '@preact/signals';
import { getJson, query } from '../api/client.ts';
import { asFailure, type Failure } from '../api/failure.ts';
import type { LogStats } from '../api/types.ts';
import { RANGES, type Choice } from './choice.ts';

export interface FiguresData {
  choice: Choice;
  stats: LogStats;
}

export const figures = signal<FiguresData | undefined>(undefined);
export const figuresFailure = signal<Failure | undefined>(undefined);
export const isReading = signal(false);

/** Reads the figures of a choice; those of the one before stay until then. */
export async function readFigures(choice: Choice, leaving: AbortSignal): Promise<void> {
  const { ms, bucket } = RANGES[choice.range];
  const from = Number.isFinite(ms) ? new Date(Date.now() - ms).toISOString() : undefined;
  isReading.value = true;
  try {
    const stats = await getJson<LogStats>(
      `logs/stats${query({ model: choice.model, from, bucket })}`,
      leaving,
    );
    figures.value = { choice, stats };
    figuresFailure.value = undefined;
  } catch (error) {
    if (!leaving.aborted) figuresFailure.value = asFailure(error);
  }
  if (!leaving.aborted) isReading.value = false;
}
