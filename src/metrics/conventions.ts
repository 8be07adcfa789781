/**
 * The names from OpenTelemetry's semantic conventions that this service uses: core v1.41.0, the last version with the
 * GenAI names. Spans and OTLP use them unchanged, `GET /metrics` in Prometheus's spelling.
 */
export const CONVENTION = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  responseId: 'gen_ai.response.id',
  responseModel: 'gen_ai.response.model',
  finishReasons: 'gen_ai.response.finish_reasons',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  tokenType: 'gen_ai.token.type',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  errorType: 'error.type',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  urlPath: 'url.path',
} as const;

/** Metrics of the conventions, with their units. */
export const CONVENTIONAL_METRIC = {
  operationDuration: { name: 'gen_ai.client.operation.duration', unit: 's' },
  timeToFirstChunk: { name: 'gen_ai.client.operation.time_to_first_chunk', unit: 's' },
  tokenUsage: { name: 'gen_ai.client.token.usage', unit: '{token}' },
  httpDuration: { name: 'http.server.request.duration', unit: 's' },
} as const;

/** Prometheus's spelling: dots become underscores, and a unit of time is appended. */
export function prometheusName(name: string, unit?: string): string {
  return name.replaceAll('.', '_') + (unit === 's' ? '_seconds' : '');
}
