/** What makes a spreadsheet calculate, or once did, full-width forms included. */
const DANGEROUS_START = /^(?:[\t\r\n]|[\s"']*[=+\-@＝＋－＠])/;

/**
 * The same where a cell may begin in the middle of the text: after what a spreadsheet set to another separator, or
 * confused about the quotes, takes for the end of the cell before. The run of blanks is bounded so that a text of
 * nothing else takes no longer than any other.
 */
const DANGEROUS_INSIDE = /([;,|"\t\r\n] {0,8})(?=[=+\-@＝＋－＠])/g;

/**
 * A text that no spreadsheet takes for a formula: an apostrophe goes before what could be one (OWASP, "CSV
 * Injection"). For people's eyes only; the log itself, `raw`, `jsonl` and `parquet` keep texts as they are.
 */
export function neutralised(text: string): string {
  const inside = text.replace(DANGEROUS_INSIDE, "$1'");
  return DANGEROUS_START.test(text) ? `'${inside}` : inside;
}
