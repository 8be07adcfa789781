import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

export class HealthDto {
  /**
   * `ok` while the service accepts chats, else `error`.
   * @example "ok"
   */
  status!: 'ok' | 'error';
}

const INDICATORS: ApiPropertyOptions = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    properties: { status: { type: 'string', enum: ['up', 'degraded', 'down'] } },
    required: ['status'],
    additionalProperties: true,
  },
};

/** Terminus's HealthCheckResult, for the documentation. */
export class HealthReportDto {
  @ApiProperty({ enum: ['ok', 'degraded', 'error', 'shutting_down'] })
  status!: string;

  @ApiProperty({ ...INDICATORS, description: 'Indicators that are up or degraded.' })
  info!: object;

  @ApiProperty({ ...INDICATORS, description: 'Indicators that are down.' })
  error!: object;

  @ApiProperty({ ...INDICATORS, description: 'All indicators.' })
  details!: object;
}
