import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { BucketFigures, Distribution, Figures, LogStats, ModelFigures } from '../log-stats.js';

/** Seconds, over the rows whose status is `ok`; null where none of them has the figure. Percentiles are exact, interpolated between two rows. */
export class DistributionDto implements Distribution {
  @ApiProperty({ type: Number, nullable: true, example: 2.926 })
  p50!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 5.187 })
  p95!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 5.954 })
  p99!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 2.926 })
  mean!: number | null;
}

/** Rows that were voted for (score 1) and against (score -1). */
export class VotesDto {
  @ApiProperty({ type: Number, example: 12 })
  up!: number;

  @ApiProperty({ type: Number, example: 3 })
  down!: number;
}

export class FiguresDto implements Figures {
  /** Rows, whatever became of them. */
  @ApiProperty({ type: Number, example: 1000 })
  count!: number;

  /** Rows whose status is `error`. */
  @ApiProperty({ type: Number, example: 29 })
  errors!: number;

  @ApiProperty({ type: VotesDto })
  votes!: VotesDto;

  /** Over the rows whose status is `ok`: a call that failed fast says nothing about how fast a model is. */
  @ApiProperty({ type: DistributionDto })
  latency!: DistributionDto;

  /** Time to the first content token, over the rows whose status is `ok`. */
  @ApiProperty({ type: DistributionDto })
  ttft!: DistributionDto;

  @ApiProperty({ type: Number, example: 104000 })
  prompt_tokens!: number;

  @ApiProperty({ type: Number, example: 203000 })
  response_tokens!: number;

  /** Response tokens per second of latency, over the rows that have both. */
  @ApiProperty({ type: Number, nullable: true, example: 69.4 })
  tokens_per_second!: number | null;

  /** US dollars; null where no row has a cost. */
  @ApiProperty({ type: Number, nullable: true, example: 0.0305 })
  cost!: number | null;
}

export class ModelFiguresDto extends FiguresDto implements ModelFigures {
  /** Who answered or, with `by=requested_model`, who was asked. */
  @ApiProperty({ type: String, example: 'mistral' })
  model!: string;
}

export class BucketFiguresDto implements BucketFigures {
  /** Start of the step, UTC. Steps without rows are left out. */
  @ApiProperty({ type: String, example: '2026-11-23T17:00:00.000Z' })
  start!: string;

  @ApiProperty({ type: FiguresDto })
  total!: FiguresDto;

  @ApiProperty({ type: [ModelFiguresDto] })
  models!: ModelFiguresDto[];
}

export class HistogramDto {
  /** Upper ends of all slots but the last, in seconds. */
  @ApiProperty({ type: [Number], example: [0.1, 0.25, 0.5] })
  bounds!: number[];

  /** Rows whose status is `ok`, per slot: one more than `bounds`. */
  @ApiProperty({ type: [Number], example: [0, 12, 90, 7] })
  counts!: number[];
}

export class LogStatsDto implements LogStats {
  /** Over all models. */
  @ApiProperty({ type: FiguresDto })
  total!: FiguresDto;

  @ApiProperty({ type: [ModelFiguresDto] })
  models!: ModelFiguresDto[];

  /** Damaged rows of the log, whatever the filter; they are in no other figure. */
  @ApiProperty({ type: Number, example: 0 })
  unreadable_rows!: number;

  @ApiProperty({ type: HistogramDto })
  latency_histogram!: HistogramDto;

  /** With `bucket` only. */
  @ApiPropertyOptional({ type: [BucketFiguresDto] })
  buckets?: BucketFiguresDto[];
}
