import { parseArgs } from 'node:util';
import { CsvLogQueries } from '../csv-reader/csv-log-queries.js';
import { momentOf } from '../dto/is-moment.decorator.js';
import type { LogFilter } from '../log-filter.js';
import { command, UsageError } from './command.js';
import { logPath } from './log-path.js';
import { HISTOGRAM_BOUNDS, statsReport } from './stats-report.js';

const USAGE = `Usage: npm run stats -- [--file chat_logs.csv] [--model name] [--from time] [--to time] [--json]
Figures of a log and its rotated and older neighbours; no service needs to run.
`;

async function run(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      file: { type: 'string' },
      model: { type: 'string' },
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
  await report(await logPath(values.file), filter, values.json);
  return true;
}

async function report(path: string, filter: LogFilter, asJson: boolean): Promise<void> {
  const log = new CsvLogQueries(path);
  try {
    const stats = await log.stats(filter);
    const histogram = await log.histogram(filter, HISTOGRAM_BOUNDS);
    process.stdout.write(asJson ? `${JSON.stringify(stats)}\n` : statsReport(stats, histogram));
  } finally {
    await log.onApplicationShutdown();
  }
}

function moment(text: string): Date {
  const time = momentOf(text);
  if (!time) throw new UsageError(`${text} is no time, e.g. 2026-11-23 or 2026-11-23T17:20:47Z`);
  return time;
}

void command(USAGE, run);
