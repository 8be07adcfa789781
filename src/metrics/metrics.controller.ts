import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { prometheusContentType, Registry } from 'prom-client';
import { Access } from '../common/access.decorator.js';
import { METRIC } from './metric-names.js';

const EXAMPLE = `# TYPE ${METRIC.attempts} counter
${METRIC.attempts}{slug="mistralai/ministral-8b-2512",outcome="ok"} 42
`;

@ApiTags('Service')
@Access('reader')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly registry: Registry) {}

  /**
   * Metrics for Prometheus
   * @remarks Counters and histograms in Prometheus's text format, without prompts, answers or names that clients made up.
   */
  @ApiOkResponse({
    description: 'All metrics.',
    content: { 'text/plain': { schema: { type: 'string' }, example: EXAMPLE } },
  })
  @Header('Content-Type', prometheusContentType)
  @Get()
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
