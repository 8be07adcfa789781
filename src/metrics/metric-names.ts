import { CONVENTION, CONVENTIONAL_METRIC, prometheusName } from './conventions.js';

const { operationDuration, timeToFirstChunk, tokenUsage, httpDuration } = CONVENTIONAL_METRIC;

/** The metrics of `GET /metrics`. */
export const METRIC = {
  operationDuration: prometheusName(operationDuration.name, operationDuration.unit),
  timeToFirstChunk: prometheusName(timeToFirstChunk.name, timeToFirstChunk.unit),
  tokenUsage: prometheusName(tokenUsage.name),
  cost: 'parley_cost_dollars_total',
  overhead: 'parley_overhead_seconds',
  attempts: 'parley_attempts_total',
  breakerState: 'parley_breaker_state',
  logRows: 'parley_log_rows',
  logOutages: 'parley_log_outages',
  logPending: 'parley_log_pending',
  streamsOpen: 'parley_streams_open',
  httpDuration: prometheusName(httpDuration.name, httpDuration.unit),
} as const;

export const LABEL = {
  operation: prometheusName(CONVENTION.operation),
  provider: prometheusName(CONVENTION.provider),
  requestModel: prometheusName(CONVENTION.requestModel),
  responseModel: prometheusName(CONVENTION.responseModel),
  tokenType: prometheusName(CONVENTION.tokenType),
  errorType: prometheusName(CONVENTION.errorType),
} as const;

/** From the conventions, in seconds: for the whole operation and for its first chunk. */
export const OPERATION_BUCKETS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];

/** From the conventions, in tokens. */
export const TOKEN_BUCKETS = [
  1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
];

/** From the conventions, in seconds, plus three more: a chat may take minutes. */
export const HTTP_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 300,
];

/** In seconds: from the overhead of an idle service to that of a stalled disk. */
export const OVERHEAD_BUCKETS = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.25, 1, 5];

/** Replaces unknown names: names that clients make up must not become time series. */
export const OTHER = 'other';
