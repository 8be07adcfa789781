import { byIdSql, pageSql, rowsSql, statsSql, textIsLike } from './log-sql.js';

const HOSTILE = `'; DROP TABLE chat_log; --`;

describe('the SQL of a filter', () => {
  it('A26: binds whatever a user types', () => {
    const filter = {
      model: HOSTILE,
      q: HOSTILE,
      from: new Date(0),
      to: new Date(1),
      minLatency: 1,
      maxLatency: 2,
    };
    const after = { timestamp: '2026-11-23 17:20:47', id: HOSTILE };
    const statements = [
      pageSql('id', filter, textIsLike, 51, after),
      rowsSql('id', filter, textIsLike, 'id'),
      statsSql(filter, textIsLike),
      byIdSql('id', HOSTILE),
    ];
    for (const { text, values } of statements) {
      expect(text).not.toContain('DROP');
      expect(values.join()).toContain('DROP');
      const placeholders = new Set(text.match(/\$\d+/g));
      expect(placeholders.size).toBe(values.length);
    }
  });

  it('A26: takes wildcards in the text literally', () => {
    const { text, values } = rowsSql('id', { q: '100%_\\' }, textIsLike, 'id');
    expect(values).toEqual(['%100\\%\\_\\\\%']);
    expect(text).toContain(`ILIKE $1 ESCAPE '\\'`);
  });

  it('has no condition where nothing is asked', () => {
    expect(rowsSql('id', {}, textIsLike, 'id')).toEqual({
      text: 'SELECT id FROM chat_log  ORDER BY id',
      values: [],
    });
  });

  it('goes on after the cursor, with the id to tell rows of the same time apart', () => {
    const { text, values } = pageSql('id', {}, textIsLike, 2, { timestamp: '2026-11-23 17:20:47', id: 'x' });
    expect(text).toContain('(timestamp = CAST($1 AS timestamp) AND id < $2)');
    expect(values).toEqual(['2026-11-23 17:20:47', 'x']);
  });
});
