import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

/** Seconds, over the rows with status `ok`; null if none has the figure. Exact percentiles, interpolated between rows. */
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

/** Number of rows with a vote for (score 1) and against (score -1). */
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
  /** Number of rows, whatever their status. @example 1000 */
  @WholeNumber()
  count!: number;
  /** Number of rows with status `error`. @example 29 */
  @WholeNumber()
  errors!: number;
  votes!: VotesDto;
  /** Over the rows with status `ok`: a failed call says nothing about the speed of a model. */
  latency!: Distribution;
  /** Time to the first content token, over the rows with status `ok`. */
  ttft!: Distribution;
  /** @example 104000 */
  @WholeNumber()
  prompt_tokens!: number;
  /** @example 203000 */
  @WholeNumber()
  response_tokens!: number;
  /** Response tokens per second of latency, over the rows that have both. @example 69.4 */
  tokens_per_second!: number | null;
  /** US dollars; null if no row has a cost. @example 0.0305 */
  cost!: number | null;
}

@ApiSchema({ name: 'ModelFiguresDto' })
export class ModelFigures extends Figures {
  /** The model that answered or, with `by=requested_model`, the requested one. @example "mistral" */
  model!: string;
}

@ApiSchema({ name: 'BucketFiguresDto' })
export class BucketFigures {
  /** Start of the step, UTC. Steps without rows are omitted. @example "2026-11-23T17:00:00.000Z" */
  start!: string;
  total!: Figures;
  models!: ModelFigures[];
}

export class HistogramDto {
  /** Upper bounds of all slots but the last, in seconds. @example [0.1, 0.25, 0.5] */
  bounds!: number[];
  /** Number of rows with status `ok` per slot: one more than `bounds`. @example [0, 12, 90, 7] */
  @ApiProperty({ type: 'array', items: { type: 'integer', minimum: 0 } })
  counts!: number[];
}

@ApiSchema({ name: 'LogStatsDto' })
export class LogStats {
  /** Over all models. */
  total!: Figures;
  models!: ModelFigures[];
  /** Damaged rows of the log, whatever the filter; other figures exclude them. @example 0 */
  @WholeNumber()
  unreadable_rows!: number;
  latency_histogram!: HistogramDto;
  /** Only with `bucket`. */
  buckets?: BucketFigures[];
}
