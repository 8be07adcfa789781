/** Starts that a spreadsheet treats, or once treated, as a formula, including full-width forms. */
const DANGEROUS_START = /^(?:[\t\r\n]|[\s"']*[=+\-@＝＋－＠])/;

/**
 * The same in the middle of the text, where a cell may begin for a spreadsheet with another separator or with misread
 * quotes. The run of blanks is limited, so that a text of blanks takes no longer than any other.
 */
const DANGEROUS_INSIDE = /([;,|"\t\r\n] {0,8})(?=[=+\-@＝＋－＠])/g;

/**
 * Text that no spreadsheet treats as a formula: an apostrophe is put before each possible start (OWASP, "CSV
 * Injection"). For people only; the log itself, `raw`, `jsonl` and `parquet` keep texts unchanged.
 */
export function neutralised(text: string): string {
  const inside = text.replace(DANGEROUS_INSIDE, "$1'");
  return DANGEROUS_START.test(text) ? `'${inside}` : inside;
}
