import { byIdSql, pageSql, rowsSql, statsSql, textIsLike } from './log-sql.js';

const HOSTILE = `'; DROP TABLE chat_log; --`;

describe('the SQL of a filter', () => {
  it('A26: binds all user input', () => {
    const filter = {
      model: HOSTILE,
      requested_model: HOSTILE,
      key: HOSTILE,
      q: HOSTILE,
      from: new Date(0),
      to: new Date(1),
      min_latency: 1,
      max_latency: 2,
    };
    const after = { timestamp: '2026-11-23 17:20:47', id: HOSTILE, tie: [] };
    const statements = [
      pageSql('id', filter, textIsLike, { limit: 51, after }),
      rowsSql('id', filter, textIsLike, 'id'),
      statsSql(filter, textIsLike, 'requested_model'),
      byIdSql('id', HOSTILE),
    ];
    for (const { text, values } of statements) {
      expect(text).not.toContain('DROP');
      expect(values.join()).toContain('DROP');
      const placeholders = new Set(text.match(/\$\d+/g));
      expect(placeholders.size).toBe(values.length);
    }
  });

  it('A26: treats wildcards in the text literally', () => {
    const { text, values } = rowsSql('id', { q: '100%_\\' }, textIsLike, 'id');
    expect(values).toEqual(['%100\\%\\_\\\\%']);
    expect(text).toContain(`ILIKE $1 ESCAPE '\\'`);
  });

  it('has no condition without a filter', () => {
    expect(rowsSql('id', {}, textIsLike, 'id')).toEqual({
      text: 'SELECT id FROM chat_log  ORDER BY id',
      values: [],
    });
  });

  it('minor 9: continues after the cursor, with id and ties for rows of the same time', () => {
    const after = { timestamp: '2026-11-23 17:20:47', id: 'x', tie: [3, 700] };
    const { text, values } = pageSql('id', {}, textIsLike, { limit: 2, after, ties: ['file_no', 'start'] });
    expect(text).toContain('(timestamp, id, file_no, start) < (CAST($1 AS timestamp), $2, $3, $4)');
    expect(text).toContain(
      'ORDER BY chat_log.timestamp DESC, chat_log.id DESC, chat_log.file_no DESC, chat_log.start DESC',
    );
    expect(values).toEqual(['2026-11-23 17:20:47', 'x', 3, 700]);
  });
});
