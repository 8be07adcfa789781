import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { EXPORT_FORMATS, type ExportFormat } from '../log-queries.js';
import type { RowStatus } from '../log-row.js';
import { type Bucket, BUCKETS, STATS_BY, type StatsBy } from '../log-stats.js';
import { MomentParameter, NotBelow, NumberParameter } from './query-rules.js';

const STATUSES: readonly RowStatus[] = ['ok', 'error', 'client_closed', 'interrupted'];
const LATENCY_MAX_S = 1_000_000;

const TEXT = { message: 'must be given once, as text' };
const LENGTH = { message: 'must have $constraint1 to $constraint2 characters' };
const oneOf = (values: readonly string[]) => ({ message: `must be one of ${values.join(', ')}` });

/**
 * The filter of the log. Absent parameters do not restrict; all that are given must match. They have no `example`:
 * Swagger UI would fill it in, and find no rows. A field's rules are checked from the bottom up.
 */
export class LogFilterDto {
  /** Only rows answered by this model. */
  @IsOptional()
  @Length(1, 200, LENGTH)
  @IsString(TEXT)
  model?: string;

  /** Only rows that requested this model, whichever answered. */
  // Rows without this field requested the model that answered.
  @IsOptional()
  @Length(1, 200, LENGTH)
  @IsString(TEXT)
  requested_model?: string;

  /** Only rows of the client key with this id. */
  @IsOptional()
  @Length(1, 200, LENGTH)
  @IsString(TEXT)
  key?: string;

  /** Only rows with this status. */
  @IsOptional()
  @IsIn(STATUSES, oneOf(STATUSES))
  status?: RowStatus;

  /** Only rows from this moment on, e.g. `2026-11-23T00:00:00Z`; UTC if there is no time zone. */
  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @MomentParameter()
  from?: Date;

  /** Only rows before this moment, e.g. `2026-11-24`; UTC if there is no time zone. */
  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @NotBelow('from', 'must not be before `from`')
  @MomentParameter()
  to?: Date;

  /**
   * Only rows whose prompt or response contains this text. There are no wildcards. Case is ignored: characters are
   * compared one by one after Unicode's simple case folding, so `σ`, `ς` and `Σ` are the same, and `ß` is not `ss`.
   */
  @IsOptional()
  // eslint-disable-next-line no-control-regex -- PostgreSQL cannot hold this character, so nothing contains it.
  @Matches(/^[^\u0000]*$/, { message: 'must not contain the character NUL' })
  @Length(1, 200, LENGTH)
  @IsString(TEXT)
  q?: string;

  /** Only rows with at least this latency, in seconds. */
  @ApiPropertyOptional({ minimum: 0, maximum: LATENCY_MAX_S })
  @IsOptional()
  @NumberParameter(0, LATENCY_MAX_S)
  min_latency?: number;

  /** Only rows with at most this latency, in seconds. */
  @ApiPropertyOptional({ minimum: 0, maximum: LATENCY_MAX_S })
  @IsOptional()
  @NotBelow('min_latency', 'must not be less than `min_latency`')
  @NumberParameter(0, LATENCY_MAX_S)
  max_latency?: number;
}

export class LogPageQueryDto extends LogFilterDto {
  /** Maximum number of rows. Very large rows can reduce it; `next_cursor` shows whether there are more. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 500, default: 50 })
  @IsOptional()
  @NumberParameter(1, 500, true)
  limit = 50;

  /** `next_cursor` of the previous page; the filters must be the same. */
  @IsOptional()
  @Length(1, 1000, LENGTH)
  @IsString(TEXT)
  cursor?: string;
}

export class LogStatsQueryDto extends LogFilterDto {
  /** Adds the figures over time, in steps of this length; at most 1,500 steps. */
  @IsOptional()
  @IsIn(BUCKETS, oneOf(BUCKETS))
  bucket?: Bucket;

  /** Groups by the model that answered, or by the requested one: then a fallback does not hide a failing model. */
  @ApiPropertyOptional()
  @IsOptional()
  @IsIn(STATS_BY, oneOf(STATS_BY))
  by: StatsBy = 'model';
}

export class LogExportQueryDto extends LogFilterDto {
  /**
   * `csv`: for spreadsheets; text that could be read as a formula gets an apostrophe before it. `raw`: rows as stored,
   * byte for byte, without later amendments; if its files have different columns, each starts with a header line.
   * `jsonl`: one object per line. `parquet`: for analysis.
   */
  @ApiPropertyOptional()
  @IsOptional()
  @IsIn(EXPORT_FORMATS, oneOf(EXPORT_FORMATS))
  format: ExportFormat = 'csv';
}
