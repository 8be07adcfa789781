export interface SseEvent {
  /** `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
}

/** Reads a whole stream by the rules of the HTML standard: written from the standard, not from our own parser. */
export function parseSse(text: string): SseEvent[] {
  const events: SseEvent[] = [];
  let event = '';
  let data: string[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
    if (line === '') {
      if (data.length > 0) events.push({ event: event || 'message', data: data.join('\n') });
      event = '';
      data = [];
      continue;
    }
    const [, field, value] = /^([^:]*):? ?([\s\S]*)$/.exec(line) ?? [];
    if (field === 'event') event = value!;
    if (field === 'data') data.push(value!);
  }
  return events;
}

export async function readSse(response: Response): Promise<SseEvent[]> {
  return parseSse(await response.text());
}

/** The text of a streamed `POST /chat`. */
export function chatText(events: readonly SseEvent[]): string {
  return events
    .filter(({ event }) => event === 'delta')
    .map(({ data }) => (JSON.parse(data) as { text: string }).text)
    .join('');
}

export interface Chunk {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: { readonly role?: string; readonly content?: string; readonly [extra: string]: unknown };
    readonly logprobs: unknown;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: Readonly<Record<string, unknown>> | null;
  readonly error?: Readonly<Record<string, unknown>>;
}

/** The chunks of a streamed completion, `[DONE]` left out. */
export function chunksOf(events: readonly SseEvent[]): Chunk[] {
  return events.filter(({ data }) => data !== '[DONE]').map(({ data }) => JSON.parse(data) as Chunk);
}

export function completionText(events: readonly SseEvent[]): string {
  return chunksOf(events)
    .map(({ choices }) => choices[0]?.delta.content ?? '')
    .join('');
}
