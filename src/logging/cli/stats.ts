import { parseArgs } from 'node:util';
import { logOf } from './log-of.js';
import { momentOf } from '../dto/query-rules.js';
import type { LogFilter } from '../log-filter.js';
import { STATS_BY, type StatsBy, type StatsOptions } from '../log-stats.js';
import { command, UsageError } from './command.js';
import { statsReport } from './stats-report.js';

const USAGE = `Usage: npm run stats -- [--file chat_logs.csv] [--model name] [--by requested_model] [--from time] [--to time] [--json]
Figures of a CSV log and its rotated and older neighbours or, with DATABASE_URL and no --file, of the database; no
service needs to run.
`;

async function run(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      file: { type: 'string' },
      model: { type: 'string' },
      by: { type: 'string', default: 'model' },
      from: { type: 'string' },
      to: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const filter: LogFilter = {
    ...(values.model !== undefined && { model: values.model }),
    ...(values.from !== undefined && { from: moment(values.from) }),
    ...(values.to !== undefined && { to: moment(values.to) }),
  };
  await report(values.file, filter, { by: by(values.by) }, values.json);
  return true;
}

async function report(
  file: string | undefined,
  filter: LogFilter,
  options: StatsOptions,
  asJson: boolean,
): Promise<void> {
  const log = await logOf(file);
  try {
    const stats = await log.stats(filter, options);
    process.stdout.write(asJson ? `${JSON.stringify(stats)}\n` : statsReport(stats));
  } finally {
    await log.close();
  }
}

function by(text: string): StatsBy {
  const found = STATS_BY.find((name) => name === text);
  if (!found) throw new UsageError(`--by takes ${STATS_BY.join(' or ')}`);
  return found;
}

function moment(text: string): Date {
  const time = momentOf(text);
  if (!time) throw new UsageError(`${text} is no time, e.g. 2026-11-23 or 2026-11-23T17:20:47Z`);
  return time;
}

void command(USAGE, run);
