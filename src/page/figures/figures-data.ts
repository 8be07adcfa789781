import { getJson, query } from '../api/client.ts';
import { Resource } from '../api/resource.ts';
import type { LogStats } from '../api/types.ts';
import { RANGES, type Choice } from './choice.ts';

export interface FiguresData {
  choice: Choice;
  stats: LogStats;
}

/** Those of the choice before stay until the next are there. */
export const figures = new Resource<FiguresData>();

export function readFigures(choice: Choice, leaving?: AbortSignal): Promise<void> {
  const { ms, bucket } = RANGES[choice.range];
  const from = Number.isFinite(ms) ? new Date(Date.now() - ms).toISOString() : undefined;
  const path = `logs/stats${query({ model: choice.model, from, bucket })}`;
  return figures.read(async () => ({ choice, stats: await getJson<LogStats>(path, leaving) }), leaving);
}
