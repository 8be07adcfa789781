/**
 * One server-sent event, whatever the value contains: JSON escapes line feeds and carriage returns, the only line
 * ends in a stream (U+2028 is none), so text of a model cannot forge a frame.
 */
export function sseFrame(data: unknown, event?: string): string {
  const line = `data: ${JSON.stringify(data)}\n\n`;
  return event === undefined ? line : `event: ${event}\n${line}`;
}

/** A line that clients skip. `text` is our own and has no line ends. */
export function sseComment(text: string): string {
  return `: ${text}\n\n`;
}
