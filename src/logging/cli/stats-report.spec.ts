import type { LogStats } from '../dto/log-stats.dto.js';
import { figuresByModel, HISTOGRAM_BOUNDS } from '../log-stats.js';
import { statsReport } from './stats-report.js';
import { printable, textTable } from './text-table.js';

describe('a table in a terminal', () => {
  it('lines up texts to the left and numbers to the right', () => {
    expect(
      textTable(
        ['name', 'n'],
        [
          ['a', 1],
          ['long one', 1000],
          ['b', null],
        ],
      ),
    ).toBe(
      ['name         n', '────────  ────', 'a            1', 'long one  1000', 'b            –', ''].join(
        '\n',
      ),
    );
  });

  it('A20: lets no text move the cursor or change its direction', () => {
    expect(printable('\u001b[2Jx\r\ny\u0007\u202e\u2028')).toBe('·[2Jx··y···');
    expect(printable('x'.repeat(5000))).toHaveLength(60);
  });
});

describe('the report of a log', () => {
  const statsOf = (counts: number[], unreadable_rows = 0): LogStats => ({
    ...figuresByModel([]),
    unreadable_rows,
    latency_histogram: { bounds: [...HISTOGRAM_BOUNDS], counts },
  });

  it('shows an empty log as one', () => {
    const report = statsReport(statsOf(HISTOGRAM_BOUNDS.map(() => 0)));
    expect(report).toContain('all');
    expect(report).toContain('none');
  });

  it('shows rows that cannot be read, and the bars from the first to the last', () => {
    const counts = [0, 0, 10, 0, 5, ...Array.from({ length: 10 }, () => 0)];
    const report = statsReport(statsOf(counts, 7));
    expect(report).toContain('Not readable and in no figure: 7 rows.');
    expect(report).toContain(`  < 0.5  ${'█'.repeat(50)} 10\n    < 1   0\n    < 2  ${'█'.repeat(25)} 5\n`);
    expect(report).not.toContain('< 3 ');
  });
});
