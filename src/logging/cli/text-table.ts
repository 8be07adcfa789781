/** Lines of columns; numbers and their headings are aligned to the right. */
export function textTable(names: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = [names.map(printable), ...rows.map((row) => row.map(printable))];
  const widths = names.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumeric = names.map((_, column) =>
    rows.every((row) => row[column] === null || typeof row[column] === 'number'),
  );
  const line = (row: string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const [heading = [], ...body] = cells;
  return [line(heading), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(line), ''].join(
    '\n',
  );
}

const CELL_CHARACTERS = 60;

/** One short line. A model's text must not move the cursor of its reader's terminal (ANSI escapes). */
export function printable(value: unknown): string {
  const text = value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
  const start = text.slice(0, CELL_CHARACTERS + 1).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '·');
  return start.length > CELL_CHARACTERS ? `${start.slice(0, CELL_CHARACTERS - 1)}…` : start;
}
