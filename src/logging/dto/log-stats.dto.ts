import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

/** Seconds, over the rows whose status is `ok`; null where none of them has the figure. Percentiles are exact, interpolated between two rows. */
@ApiSchema({ name: 'DistributionDto' })
export class Distribution {
  /** @example 2.926 */
  p50!: number | null;
  /** @example 5.187 */
  p95!: number | null;
  /** @example 5.954 */
  p99!: number | null;
  /** @example 2.926 */
  mean!: number | null;
}

/** Rows that were voted for (score 1) and against (score -1). */
export class VotesDto {
  /** @example 12 */
  @WholeNumber()
  up!: number;
  /** @example 3 */
  @WholeNumber()
  down!: number;
}

@ApiSchema({ name: 'FiguresDto' })
export class Figures {
  /** Rows, whatever became of them. @example 1000 */
  @WholeNumber()
  count!: number;
  /** Rows whose status is `error`. @example 29 */
  @WholeNumber()
  errors!: number;
  votes!: VotesDto;
  /** Over the rows whose status is `ok`: a call that failed fast says nothing about how fast a model is. */
  latency!: Distribution;
  /** Time to the first content token, over the rows whose status is `ok`. */
  ttft!: Distribution;
  /** @example 104000 */
  @WholeNumber()
  prompt_tokens!: number;
  /** @example 203000 */
  @WholeNumber()
  response_tokens!: number;
  /** Response tokens per second of latency, over the rows that have both. @example 69.4 */
  tokens_per_second!: number | null;
  /** US dollars; null where no row has a cost. @example 0.0305 */
  cost!: number | null;
}

@ApiSchema({ name: 'ModelFiguresDto' })
export class ModelFigures extends Figures {
  /** Who answered or, with `by=requested_model`, who was asked. @example "mistral" */
  model!: string;
}

@ApiSchema({ name: 'BucketFiguresDto' })
export class BucketFigures {
  /** Start of the step, UTC. Steps without rows are left out. @example "2026-11-23T17:00:00.000Z" */
  start!: string;
  total!: Figures;
  models!: ModelFigures[];
}

export class HistogramDto {
  /** Upper ends of all slots but the last, in seconds. @example [0.1, 0.25, 0.5] */
  bounds!: number[];
  /** Rows whose status is `ok`, per slot: one more than `bounds`. @example [0, 12, 90, 7] */
  @ApiProperty({ type: 'array', items: { type: 'integer', minimum: 0 } })
  counts!: number[];
}

@ApiSchema({ name: 'LogStatsDto' })
export class LogStats {
  /** Over all models. */
  total!: Figures;
  models!: ModelFigures[];
  /** Damaged rows of the log, whatever the filter; they are in no other figure. @example 0 */
  @WholeNumber()
  unreadable_rows!: number;
  latency_histogram!: HistogramDto;
  /** With `bucket` only. */
  buckets?: BucketFigures[];
}
