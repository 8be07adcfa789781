const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** The fields of one whole RFC 4180 row, with or without its line end. */
export function csvFields(row: string): string[] {
  const fields: string[] = [];
  const end = row.length - lineEndLength(row);
  let at = 0;
  for (;;) {
    const next = row[at] === '"' ? closingQuote(row, at + 1) + 1 : unquotedEnd(row, at, end);
    const text = row.slice(at, next);
    fields.push(text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text);
    if (next >= end) return fields;
    at = next + 1;
  }
}

function lineEndLength(row: string): number {
  if (row.endsWith('\r\n')) return 2;
  return row.endsWith('\n') ? 1 : 0;
}

/** Of the bytes of a row, as it stands there. */
export function lineEnd(row: Uint8Array): '\r\n' | '\n' | '' {
  if (row.at(-1) !== LINE_FEED) return '';
  return row.at(-2) === CARRIAGE_RETURN ? '\r\n' : '\n';
}

function closingQuote(row: string, from: number): number {
  let at = row.indexOf('"', from);
  while (row[at + 1] === '"') at = row.indexOf('"', at + 2);
  return at === -1 ? row.length : at;
}

function unquotedEnd(row: string, from: number, end: number): number {
  const comma = row.indexOf(',', from);
  return comma === -1 ? end : comma;
}
