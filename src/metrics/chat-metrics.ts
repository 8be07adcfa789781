import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import type { LogRow } from '../logging/log-row.js';
import { LogStore } from '../logging/log-store.js';
import { ModelRegistry } from '../models/model-registry.service.js';
import { CHAT_LABELS, ChatLabelSets } from './chat-labels.js';
import { LateFigures, type LateFigure } from './late-figures.js';
import { LABEL, METRIC, OPERATION_BUCKETS, OVERHEAD_BUCKETS, TOKEN_BUCKETS } from './metric-names.js';
import { OwnNames } from './own-names.js';

/**
 * Metrics from rows. Counted only from rows that were written, so that metrics and log agree (faults.md section 5, I6).
 */
@Injectable()
export class ChatMetrics implements OnApplicationBootstrap {
  private readonly rows: Counter;
  private readonly duration: Histogram;
  private readonly firstChunk: Histogram;
  private readonly tokens: Histogram;
  private readonly cost: Counter;
  private readonly overhead: Histogram;
  private readonly labels: ChatLabelSets;
  private readonly late = new LateFigures();

  constructor(
    store: LogStore,
    registry: Registry,
    private readonly names: OwnNames,
    private readonly models: ModelRegistry,
  ) {
    this.labels = new ChatLabelSets(names);
    const registers = [registry];
    this.rows = new Counter({
      name: METRIC.logRows,
      help: 'Rows written to the log since the start.',
      registers,
    });
    this.duration = new Histogram({
      name: METRIC.operationDuration,
      help: 'Time from the arrival of a chat to the end of its answer.',
      labelNames: [...CHAT_LABELS, LABEL.errorType],
      buckets: OPERATION_BUCKETS,
      registers,
    });
    this.firstChunk = new Histogram({
      name: METRIC.timeToFirstChunk,
      help: 'Time from the arrival of a chat to the first content of its answer.',
      labelNames: CHAT_LABELS,
      buckets: OPERATION_BUCKETS,
      registers,
    });
    this.tokens = new Histogram({
      name: METRIC.tokenUsage,
      help: 'Tokens of a prompt (input) or of an answer (output), as the upstream counted them.',
      labelNames: [...CHAT_LABELS, LABEL.tokenType],
      buckets: TOKEN_BUCKETS,
      registers,
    });
    this.cost = new Counter({
      name: METRIC.cost,
      help: 'Cost of chats in US dollars, as the upstream reported it.',
      labelNames: ['key', 'model'],
      registers,
    });
    this.overhead = new Histogram({
      name: METRIC.overhead,
      help: 'Time that the service itself added to a chat.',
      buckets: OVERHEAD_BUCKETS,
      registers,
    });
    store.rows$.subscribe((row) => {
      this.observe(row);
    });
    store.amendments$.subscribe((amendment) => {
      const figure = this.late.take(amendment);
      if (figure) this.add(figure);
    });
  }

  /** Starts all series at 0: the first increase is visible, and the size of `/metrics` stays the same. */
  onApplicationBootstrap(): void {
    for (const name of this.models.names) {
      const [slug = ''] = this.models.get(name)?.slugs.all ?? [];
      const { ok, chat, tokens } = this.labels.of({
        requested_model: name,
        model: name,
        upstream_model: slug,
      });
      this.duration.zero(ok);
      this.firstChunk.zero(chat);
      this.tokens.zero(tokens.input);
      this.tokens.zero(tokens.output);
      this.cost.inc({ key: '', model: name }, 0);
    }
  }

  private observe(row: LogRow): void {
    const { ok, chat, tokens } = this.labels.of(row);
    this.rows.inc();
    this.duration.observe(row.error === '' ? ok : { ...ok, [LABEL.errorType]: row.error }, row.latency ?? 0);
    if (row.ttft !== null) this.firstChunk.observe(chat, row.ttft);
    if (row.prompt_tokens !== null) this.tokens.observe(tokens.input, row.prompt_tokens);
    if (row.response_tokens !== null) this.tokens.observe(tokens.output, row.response_tokens);
    if (row.cost !== null) this.addCost(row, row.cost);
    if (row.overhead !== null) this.overhead.observe(row.overhead);
    this.late.expect(row);
  }

  private add({ row, field, figure }: LateFigure): void {
    if (field === 'cost') this.addCost(row, figure);
    else
      this.tokens.observe(this.labels.of(row).tokens[field === 'prompt_tokens' ? 'input' : 'output'], figure);
  }

  /** Omits a refund: a counter cannot decrease. */
  private addCost({ key, model }: Pick<LogRow, 'key' | 'model'>, dollars: number): void {
    if (dollars >= 0) this.cost.inc({ key, model: this.names.model(model) }, dollars);
  }
}
