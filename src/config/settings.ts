import { IsIn, IsNotEmpty, IsString, Matches, ValidateIf } from 'class-validator';
import { ApiKey } from './api-key.decorator.js';
import { HttpUrl, OptionalUrl } from './http-url.decorator.js';
import { BASE_PATH } from './base-path.js';
import { Count } from './count.decorator.js';
import { LOG_LEVELS, type LogLevel } from './log-level.js';
import { NameList } from './name-list.decorator.js';

const MINUTE_MS = 60_000;
const MIB = 1024 * 1024;

/** Every environment variable of the service, once: name, default, rule. Also read from `.env` in the working directory. */
export class Settings {
  /** Key for OpenRouter; sent to no one else, and never shown. Needed if any slug lives there. */
  @ApiKey()
  OPENROUTER_API_KEY = '';

  /** Where OpenRouter, or something that speaks like it, answers. */
  @HttpUrl()
  OPENROUTER_BASE_URL = 'https://openrouter.ai/api/v1';

  /** `1` also takes any slug of OpenRouter as the name of a model. */
  @IsIn(['', '1'], { message: 'must be 1 or not set' })
  OPENROUTER_ANY_MODEL: '' | '1' = '';

  /** How often OpenRouter is asked for its models, their prices and our credit, in ms, at no cost; 0 never asks, nor for bills. */
  @Count(0, 24 * 60 * MINUTE_MS)
  CATALOGUE_REFRESH_MS = 15 * MINUTE_MS;

  /** Address to listen on. */
  @IsString()
  @IsNotEmpty({ message: 'must be an address or host name' })
  HOST = '127.0.0.1';

  /** Port to listen on; 0 takes a free one. */
  @Count(0, 65_535)
  PORT = 8000;

  /** A key for everything, stored nowhere: as soon as it is set, every request needs a key. */
  @Matches(/^(|[\x21-\x7e]{32,512})$/, {
    message: 'must have at least 32 printable characters without spaces',
  })
  ADMIN_KEY = '';

  /** The file of the clients' keys; if not set, `chat_keys.json` beside CHAT_LOG_PATH. */
  @IsString()
  CHAT_KEYS_PATH = '';

  /** `1` allows a HOST that others can reach although there are no keys: whoever gets there can spend the credit. */
  @IsIn(['', '1'], { message: 'must be 1 or not set' })
  ALLOW_INSECURE: '' | '1' = '';

  /** Names under which clients reach the service beside HOST, e.g. that of a proxy in front. Comma-separated. */
  @NameList(/^[a-z\d][a-z\d.-]{0,252}$/, 'must be a comma-separated list of host names without port')
  ALLOWED_HOSTS: readonly string[] = [];

  /** Origins of web pages whose requests are taken beside pages of this service itself. Comma-separated. */
  @NameList(
    /^https?:\/\/[a-z\d[][a-z\d.:[\]-]{0,260}$/,
    'must be a comma-separated list such as https://example.com',
  )
  ALLOWED_ORIGINS: readonly string[] = [];

  /** Path under which a proxy in front serves the service, e.g. `/parley`; X-Forwarded-Prefix says it as well. */
  @ValidateIf(({ BASE_PATH: path }: Settings) => path !== '')
  @Matches(BASE_PATH, { message: 'must be a path such as /parley, without a slash at the end' })
  BASE_PATH = '';

  /** Least level of the lines in the process log. */
  @IsIn(LOG_LEVELS, { message: `must be one of ${LOG_LEVELS.join(', ')}` })
  LOG_LEVEL: LogLevel = 'info';

  /** The log file. Its folder must exist. */
  @IsString()
  @IsNotEmpty({ message: 'must be a file path' })
  CHAT_LOG_PATH = 'chat_logs.csv';

  /** `write`: rows survive a crash of the service. `fsync`: a power cut too. */
  @IsIn(['write', 'fsync'], { message: 'must be write or fsync' })
  CHAT_LOG_DURABILITY: 'write' | 'fsync' = 'write';

  /** A PostgreSQL database that keeps the log instead; files beside CHAT_LOG_PATH then hold only what waits for it. */
  @Matches(/^(|postgres(ql)?:\/\/\S+)$/, {
    message: 'must be a URL such as postgres://user:password@host/database',
  })
  DATABASE_URL = '';

  /** `commit`: a reply leaves once its row is in the database. `local`: once it is on the disk of this service. */
  @IsIn(['commit', 'local'], { message: 'must be commit or local' })
  DATABASE_ACK: 'commit' | 'local' = 'commit';

  /** Most connections for questions to the log; three more write. */
  @Count(3, 1_000)
  DATABASE_POOL_SIZE = 8;

  /** Longest wait for the database to take rows, in ms; then they go to the spill. Connecting may take as long again. */
  @Count(100, 10 * MINUTE_MS)
  DATABASE_WRITE_TIMEOUT_MS = 2_000;

  /** Longest time for one question to the database, in ms. */
  @Count(100, 60 * MINUTE_MS)
  DATABASE_QUERY_TIMEOUT_MS = 30_000;

  /** Most bytes that wait on disk for the database; then chats are refused. */
  @Count(MIB, 1024 * 1024 * MIB)
  LOG_SPILL_MAX_BYTES = 1024 * MIB;

  /** Months of rows that ended more days ago are dropped from the database; 0 keeps all. */
  @Count(0, 36_500)
  LOG_RETENTION_DAYS = 0;

  /** Longest wait for a connection to the upstream, in ms. */
  @Count(1, 10 * MINUTE_MS)
  CONNECT_TIMEOUT_MS = 5_000;

  /** Longest wait for the first token of an answer, in ms. */
  @Count(1, 60 * MINUTE_MS)
  FIRST_TOKEN_TIMEOUT_MS = 30_000;

  /** Longest silence between two events of an answer, in ms. */
  @Count(1, 60 * MINUTE_MS)
  IDLE_TIMEOUT_MS = 30_000;

  /** Longest time for one chat in all, retries included, in ms. */
  @Count(1, 24 * 60 * MINUTE_MS)
  TOTAL_TIMEOUT_MS = 300_000;

  /** Attempts in all per upstream slug; 1 means no retry. */
  @Count(1, 10)
  RETRY_MAX_ATTEMPTS = 3;

  /** Largest request body, in bytes. */
  @Count(1024, 256 * MIB)
  BODY_MAX_BYTES = 4 * MIB;

  /** Longest prompt, and longest message of a conversation, in characters. */
  @Count(1, 256 * MIB)
  PROMPT_MAX_CHARS = 1_000_000;

  /** Most tokens that an answer may have; a request for more is cut to it. */
  @Count(1, 10_000_000)
  MAX_TOKENS_LIMIT = 65_536;

  /** Largest answer taken from the upstream, in bytes. */
  @Count(1024, 1024 * MIB)
  RESPONSE_MAX_BYTES = 16 * MIB;

  /** The OTLP collector, over HTTP with JSON, e.g. `http://localhost:4318`: traces and metrics go there. */
  @OptionalUrl()
  OTEL_EXPORTER_OTLP_ENDPOINT = '';

  /** Where traces go, if not to OTEL_EXPORTER_OTLP_ENDPOINT. */
  @OptionalUrl()
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = '';

  /** Where metrics go, if not to OTEL_EXPORTER_OTLP_ENDPOINT. */
  @OptionalUrl()
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT = '';

  /** `none` sends no traces. */
  @IsIn(['otlp', 'none'], { message: 'must be otlp or none' })
  OTEL_TRACES_EXPORTER: 'otlp' | 'none' = 'otlp';

  /** `none` sends no metrics. */
  @IsIn(['otlp', 'none'], { message: 'must be otlp or none' })
  OTEL_METRICS_EXPORTER: 'otlp' | 'none' = 'otlp';

  /** How often metrics are sent, in ms. */
  @Count(100, 60 * MINUTE_MS)
  OTEL_METRIC_EXPORT_INTERVAL = MINUTE_MS;

  /** `true` sends nothing at all. */
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  OTEL_SDK_DISABLED: 'true' | 'false' = 'false';

  /** `true` puts what was asked and answered into the traces. */
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' | 'false' = 'false';

  /** Longest wait for running chats when the service is told to stop, in ms. */
  @Count(0, 60 * MINUTE_MS)
  SHUTDOWN_TIMEOUT_MS = 30_000;
}
