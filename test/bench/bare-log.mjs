import { openSync, write } from 'node:fs';

const HEADER =
  'timestamp,model,prompt,response,latency,prompt_tokens,response_tokens,status,error,finish_reason,ttft,cost,upstream_model,attempts,id,messages\r\n';

/** The bare service's rows: Parley's columns, quoted by hand, group commit, and no care for a disk that fails. */
export class BareLog {
  queued = HEADER;
  waiting = [];
  writing = false;

  constructor(path) {
    this.file = openSync(path, 'a', 0o600);
  }

  /** Calls back once the row has been written. */
  append(prompt, response, result, onWritten) {
    const { timestamp, model, latency, prompt_tokens, response_tokens, finish_reason } = result;
    const { ttft, cost, upstream_model, attempts, id } = result;
    this.queued +=
      `${quoted(timestamp)},${quoted(model)},${quoted(prompt)},${quoted(response)},` +
      `${latency},${prompt_tokens},${response_tokens},"ok","",${quoted(finish_reason)},` +
      `${ttft},${cost},${quoted(upstream_model)},${attempts},${quoted(id)},""\r\n`;
    this.waiting.push(onWritten);
    if (!this.writing) this.write();
  }

  /** While one batch is being written the next one gathers. */
  write() {
    const rows = Buffer.from(this.queued);
    const settled = this.waiting;
    this.queued = '';
    this.waiting = [];
    this.writing = true;
    write(this.file, rows, 0, rows.length, null, (error, written) => {
      if (error || written < rows.length) throw error ?? new Error('short write');
      this.writing = false;
      if (this.waiting.length > 0) this.write();
      for (const onWritten of settled) onWritten();
    });
  }
}

function quoted(text) {
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}
