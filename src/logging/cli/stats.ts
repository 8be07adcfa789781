import { parseArgs } from 'node:util';
import { logOf } from './log-of.js';
import { momentOf } from '../dto/query-rules.js';
import { STATS_BY } from '../log-stats.js';
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
  const filter = { model: values.model, from: moment(values.from), to: moment(values.to) };
  const by = STATS_BY.find((name) => name === values.by);
  if (!by) throw new UsageError(`--by takes ${STATS_BY.join(' or ')}`);
  const log = await logOf(values.file);
  try {
    const stats = await log.stats(filter, { by });
    process.stdout.write(values.json ? `${JSON.stringify(stats)}\n` : statsReport(stats));
    return true;
  } finally {
    await log.close();
  }
}

function moment(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = momentOf(text);
  if (!time) throw new UsageError(`${text} is no time, e.g. 2026-11-23 or 2026-11-23T17:20:47Z`);
  return time;
}

void command(USAGE, run);
