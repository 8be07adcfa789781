/** What the service answers, as far as the page reads it; test/page/types.spec.ts checks it against /docs-json. */

export type Role = 'user' | 'assistant' | 'system';

export interface Message {
  role: Role;
  content: string;
}

/** @schema PromptRequestDto */
export interface ChatRequest {
  model: string;
  prompt?: string;
  messages?: Message[];
  system?: string;
  temperature?: number;
  max_tokens?: number;
  stream: true;
  fallback?: string[];
}

/** Seconds, tokens of the model's own count, US dollars. @schema ChatReplyDto */
export interface ChatResult {
  id: string;
  model: string;
  upstream_model: string;
  timestamp: string;
  latency: number;
  ttft: number | null;
  prompt_tokens: number | null;
  response_tokens: number | null;
  cost: number | null;
  finish_reason: string | null;
  attempts: number;
}

/** @schema LogRecordDto */
export interface LogRecord {
  id: string | null;
  timestamp: string;
  model: string;
  prompt: string;
  response: string;
  messages: unknown;
  status: string;
  error: string | null;
  finish_reason: string | null;
  latency: number | null;
  ttft: number | null;
  prompt_tokens: number | null;
  response_tokens: number | null;
  cost: number | null;
  upstream_model: string | null;
  attempts: number | null;
  requested_model: string | null;
  key: string | null;
  user: string | null;
  request_id: string | null;
  overhead: number | null;
  cost_source: string | null;
  score: number | null;
  comment: string | null;
  erased_at: string | null;
}

/** @schema LogPageDto */
export interface LogPage {
  data: LogRecord[];
  next_cursor: string | null;
}

/** @schema DistributionDto */
export interface Distribution {
  p50: number | null;
  p95: number | null;
  p99: number | null;
  mean: number | null;
}

/** @schema FiguresDto */
export interface Figures {
  count: number;
  errors: number;
  latency: Distribution;
  ttft: Distribution;
  prompt_tokens: number;
  response_tokens: number;
  tokens_per_second: number | null;
  cost: number | null;
  votes: { up: number; down: number };
}

/** @schema ModelFiguresDto */
export interface ModelFigures extends Figures {
  model: string;
}

/** @schema BucketFiguresDto */
export interface BucketFigures {
  start: string;
  total: Figures;
  models: ModelFigures[];
}

/** @schema HistogramDto */
export interface Histogram {
  /** Upper ends of the bars, in seconds; the last bar, which has no upper end, follows them. */
  bounds: number[];
  counts: number[];
}

/** @schema LogStatsDto */
export interface LogStats {
  total: Figures;
  models: ModelFigures[];
  unreadable_rows: number;
  latency_histogram: Histogram;
  buckets?: BucketFigures[];
}

/** Prices are US dollars per million tokens; null where nobody knows. @schema SlugDto */
export interface Slug {
  upstream_model: string;
  state: string;
  listed?: boolean | null;
  price?: { prompt: number; completion: number } | null;
  context_length?: number | null;
  retires_at?: string | null;
}

/** @schema ModelDto */
export interface Model {
  name: string;
  title: string;
  upstream: Slug[];
  upstream_model: string;
  context_length: number | null;
}

/** The service's own key at OpenRouter; US dollars. @schema ModelListDto.account */
export interface Account {
  key: 'unknown' | 'good' | 'refused' | 'used_up';
  credit: number | null;
}

/** @schema ModelListDto */
export interface ModelList {
  data: Model[];
  account: Account | null;
}

/** What `GET /keys` tells of a key; never its secret. @schema KeyWithUseDto */
export interface Key {
  id: string;
  name: string;
  role: 'chat' | 'reader' | 'admin';
  models: string[] | null;
  rpm: number | null;
  tpm: number | null;
  concurrency: number | null;
  /** `5/day`, `20/month`, `100`. */
  budget: string | null;
  usage: KeyUse;
  expires_at: string | null;
  created_at: string;
  revoked_at: string | null;
}

/** @schema KeyUseDto */
export interface KeyUse {
  requests: RateUse | null;
  tokens: RateUse | null;
  /** Chats under way. */
  parallel: number;
  budget: BudgetUse | null;
}

/** Of this minute. @schema KeyUseDto.requests */
export interface RateUse {
  limit: number;
  remaining: number;
}

/** US dollars in the budget's window. @schema KeyUseDto.budget */
export interface BudgetUse {
  limit: number;
  spent: number | null;
  held: number;
  resets_at: string | null;
}

/** @schema KeyListDto */
export interface KeyList {
  data: Key[];
}

/** A key's secret: once, to who made it. @schema IssuedKeyDto */
export interface NewKey {
  key: string;
}
