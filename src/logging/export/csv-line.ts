/** One line of CSV for programs: numbers unquoted, unknown values empty, texts quoted and verbatim. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  const fields = cells.map((cell) =>
    typeof cell === 'string' ? `"${cell.replaceAll('"', '""')}"` : String(cell ?? ''),
  );
  return `${fields.join(',')}\r\n`;
}
