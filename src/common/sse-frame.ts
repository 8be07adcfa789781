/**
 * One server-sent event. Whatever the value holds, it stays one event: JSON escapes line feeds and carriage returns,
 * which alone end a line of a stream (U+2028 does not), so no text of a model can forge a frame.
 */
export function sseFrame(data: unknown, event?: string): string {
  const line = `data: ${JSON.stringify(data)}\n\n`;
  return event === undefined ? line : `event: ${event}\n${line}`;
}

/** A line that clients skip. `text` is ours and has no line ends. */
export function sseComment(text: string): string {
  return `: ${text}\n\n`;
}
