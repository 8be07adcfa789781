/** Log probabilities in OpenAI's format, collected from the pieces of an answer. */
export class Logprobs {
  private readonly content: unknown[] = [];
  private readonly refusal: unknown[] = [];
  private given = false;

  add(logprobs: unknown): void {
    if (typeof logprobs !== 'object' || logprobs === null) return;
    this.given = true;
    const { content, refusal } = logprobs as { content?: unknown; refusal?: unknown };
    collect(content, this.content);
    collect(refusal, this.refusal);
  }

  /** Null if the upstream sent none. */
  get all(): { content: readonly unknown[]; refusal: readonly unknown[] | null } | null {
    return this.given
      ? { content: this.content, refusal: this.refusal.length > 0 ? this.refusal : null }
      : null;
  }
}

function collect(entries: unknown, into: unknown[]): void {
  if (Array.isArray(entries)) for (const entry of entries as unknown[]) into.push(entry);
}
