import { ApiProperty } from '@nestjs/swagger';
import { LATENCY_BOUNDS } from '../latency-bounds.js';

/** How many rows took how long. Rows without a latency are in no bar. */
export class LatencyHistogramDto {
  /** Where the bars end, in seconds; the last bar, which is open, begins at the last of them. */
  @ApiProperty({ type: [Number], example: LATENCY_BOUNDS })
  bounds!: readonly number[];

  /** Rows of each bar: one more than there are bounds. */
  @ApiProperty({ type: [Number], example: [...LATENCY_BOUNDS, 0].map((_, index) => index * 7) })
  counts!: number[];
}
