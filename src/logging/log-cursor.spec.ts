import { Problem } from '../common/problem.js';
import { decodeCursor, encodeCursor } from './log-cursor.js';

const PLACE = { timestamp: '2026-11-23 17:20:47.475', id: '01JDCW3Z5N9P8QK2V7XGT4B6HM', tie: [3, 1234] };

describe('the cursor', () => {
  it('is decoded to the same place', () => {
    expect(decodeCursor(encodeCursor(PLACE))).toEqual(PLACE);
    expect(decodeCursor(encodeCursor({ ...PLACE, id: 'ü"\\ 漢' }))).toEqual({ ...PLACE, id: 'ü"\\ 漢' });
  });

  it('A26: is refused if any character is changed, removed or added', () => {
    const cursor = encodeCursor(PLACE);
    for (let index = 0; index < cursor.length; index++) {
      const other = cursor[index] === 'A' ? 'B' : 'A';
      const changed = cursor.slice(0, index) + other + cursor.slice(index + 1);
      expect(() => decodeCursor(changed)).toThrow(Problem);
      expect(() => decodeCursor(cursor.slice(0, index))).toThrow(Problem);
    }
    expect(() => decodeCursor(`${cursor}=`)).toThrow(Problem);
    expect(() => decodeCursor(`${cursor}A`)).toThrow(Problem);
  });

  it('A26: is refused as a 400 that names it', () => {
    const refusal = (text: string) => {
      try {
        return decodeCursor(text);
      } catch (error) {
        return { status: (error as Problem).getStatus(), errors: (error as Problem).errors };
      }
    };
    const place = Buffer.from('["2026-11-23 17:20:47","x"]').toString('base64url');
    for (const text of ['', 'null', '%00', place, '../../etc/passwd'])
      expect(refusal(text)).toMatchObject({ status: 400, errors: [{ path: 'cursor' }] });
  });
});
