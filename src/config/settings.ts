import { IsIn, IsNotEmpty, IsString, Matches, ValidateIf } from 'class-validator';
import { ApiKey } from './api-key.decorator.js';
import { HttpUrl, OptionalUrl } from './http-url.decorator.js';
import { BASE_PATH } from './base-path.js';
import { Count } from './count.decorator.js';
import { LOG_LEVELS, type LogLevel } from './log-level.js';
import { NameList } from './name-list.decorator.js';

const MINUTE_MS = 60_000;
const MIB = 1024 * 1024;

/** Every environment variable of the service: name, default, rule. Also read from `.env` in the working directory. */
export class Settings {
  /** Key for OpenRouter; sent to nobody else and never shown. Required if any slug is OpenRouter's. */
  @ApiKey()
  OPENROUTER_API_KEY = '';

  /** Base URL of OpenRouter or a compatible API. */
  @HttpUrl()
  OPENROUTER_BASE_URL = 'https://openrouter.ai/api/v1';

  /** `1` also accepts any slug of OpenRouter as the name of a model. */
  @IsIn(['', '1'], { message: 'must be 1 or not set' })
  OPENROUTER_ANY_MODEL: '' | '1' = '';

  /** How often to fetch the models, prices and our credit from OpenRouter, in ms, at no cost; 0 never, nor bills. */
  @Count(0, 24 * 60 * MINUTE_MS)
  CATALOGUE_REFRESH_MS = 15 * MINUTE_MS;

  /** Address to listen on. */
  @IsString()
  @IsNotEmpty({ message: 'must be an address or host name' })
  HOST = '127.0.0.1';

  /** Port to listen on; 0 chooses a free one. */
  @Count(0, 65_535)
  PORT = 8000;

  /** A key with all rights, stored nowhere. While it is set, every request needs a key. */
  @Matches(/^(|[\x21-\x7e]{32,512})$/, {
    message: 'must have at least 32 printable characters without spaces',
  })
  ADMIN_KEY = '';

  /** The file with the clients' keys; by default `chat_keys.json` beside CHAT_LOG_PATH. */
  @IsString()
  CHAT_KEYS_PATH = '';

  /** `1` allows a HOST that others can reach although there are no keys: anyone there can spend the credit. */
  @IsIn(['', '1'], { message: 'must be 1 or not set' })
  ALLOW_INSECURE: '' | '1' = '';

  /** Names in addition to HOST under which clients reach the service, e.g. that of a proxy. Comma-separated. */
  @NameList(/^[a-z\d][a-z\d.-]{0,252}$/, 'must be a comma-separated list of host names without port')
  ALLOWED_HOSTS: readonly string[] = [];

  /** Origins of web pages, other than this service's own, whose requests are accepted. Comma-separated. */
  @NameList(
    /^https?:\/\/[a-z\d[][a-z\d.:[\]-]{0,260}$/,
    'must be a comma-separated list such as https://example.com',
  )
  ALLOWED_ORIGINS: readonly string[] = [];

  /** Path under which a proxy serves the service, e.g. `/parley`; X-Forwarded-Prefix overrides it. */
  @ValidateIf(({ BASE_PATH: path }: Settings) => path !== '')
  @Matches(BASE_PATH, { message: 'must be a path such as /parley, without a slash at the end' })
  BASE_PATH = '';

  /** Lowest level of lines in the process log. */
  @IsIn(LOG_LEVELS, { message: `must be one of ${LOG_LEVELS.join(', ')}` })
  LOG_LEVEL: LogLevel = 'info';

  /** The log file. Its folder must exist. */
  @IsString()
  @IsNotEmpty({ message: 'must be a file path' })
  CHAT_LOG_PATH = 'chat_logs.csv';

  /** `write`: rows survive a crash of the service. `fsync`: they also survive a power failure. */
  @IsIn(['write', 'fsync'], { message: 'must be write or fsync' })
  CHAT_LOG_DURABILITY: 'write' | 'fsync' = 'write';

  /** PostgreSQL database for the log; files beside CHAT_LOG_PATH then hold only rows that wait for it. */
  @Matches(/^(|postgres(ql)?:\/\/\S+)$/, {
    message: 'must be a URL such as postgres://user:password@host/database',
  })
  DATABASE_URL = '';

  /** When a reply is sent: `commit`: once its row is in the database; `local`: once it is on this service's disk. */
  @IsIn(['commit', 'local'], { message: 'must be commit or local' })
  DATABASE_ACK: 'commit' | 'local' = 'commit';

  /** Maximum number of connections that read the log; three more write. */
  @Count(3, 1_000)
  DATABASE_POOL_SIZE = 8;

  /** Maximum time for the database to accept rows, in ms; then they are spilled. Connecting may take as long again. */
  @Count(100, 10 * MINUTE_MS)
  DATABASE_WRITE_TIMEOUT_MS = 2_000;

  /** Maximum time for one query to the database, in ms. */
  @Count(100, 60 * MINUTE_MS)
  DATABASE_QUERY_TIMEOUT_MS = 30_000;

  /** Maximum bytes on disk that wait for the database; beyond it chats are refused. */
  @Count(MIB, 1024 * 1024 * MIB)
  LOG_SPILL_MAX_BYTES = 1024 * MIB;

  /** Drops a month of rows from the database once it ended more days ago than this; 0 keeps all. */
  @Count(0, 36_500)
  LOG_RETENTION_DAYS = 0;

  /** Maximum time to connect to the upstream, in ms. */
  @Count(1, 10 * MINUTE_MS)
  CONNECT_TIMEOUT_MS = 5_000;

  /** Maximum wait for the first token of an answer, in ms. */
  @Count(1, 60 * MINUTE_MS)
  FIRST_TOKEN_TIMEOUT_MS = 30_000;

  /** Maximum silence between two events of an answer, in ms. */
  @Count(1, 60 * MINUTE_MS)
  IDLE_TIMEOUT_MS = 30_000;

  /** Maximum time for one chat, including retries, in ms. */
  @Count(1, 24 * 60 * MINUTE_MS)
  TOTAL_TIMEOUT_MS = 300_000;

  /** Attempts per upstream slug, including the first; 1 means no retry. */
  @Count(1, 10)
  RETRY_MAX_ATTEMPTS = 3;

  /** Maximum size of a request body, in bytes. */
  @Count(1024, 256 * MIB)
  BODY_MAX_BYTES = 4 * MIB;

  /** Maximum length of a prompt, and of each message in a conversation, in characters. */
  @Count(1, 256 * MIB)
  PROMPT_MAX_CHARS = 1_000_000;

  /** Maximum number of tokens in an answer; larger requested values are reduced to it. */
  @Count(1, 10_000_000)
  MAX_TOKENS_LIMIT = 65_536;

  /** Maximum size of an upstream answer, in bytes. */
  @Count(1024, 1024 * MIB)
  RESPONSE_MAX_BYTES = 16 * MIB;

  /** The OTLP collector for traces and metrics, over HTTP with JSON, e.g. `http://localhost:4318`. */
  @OptionalUrl()
  OTEL_EXPORTER_OTLP_ENDPOINT = '';

  /** Endpoint for traces, instead of OTEL_EXPORTER_OTLP_ENDPOINT. */
  @OptionalUrl()
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = '';

  /** Endpoint for metrics, instead of OTEL_EXPORTER_OTLP_ENDPOINT. */
  @OptionalUrl()
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT = '';

  /** `none` sends no traces. */
  @IsIn(['otlp', 'none'], { message: 'must be otlp or none' })
  OTEL_TRACES_EXPORTER: 'otlp' | 'none' = 'otlp';

  /** `none` sends no metrics. */
  @IsIn(['otlp', 'none'], { message: 'must be otlp or none' })
  OTEL_METRICS_EXPORTER: 'otlp' | 'none' = 'otlp';

  /** Interval between exports of metrics, in ms. */
  @Count(100, 60 * MINUTE_MS)
  OTEL_METRIC_EXPORT_INTERVAL = MINUTE_MS;

  /** `true` sends nothing at all. */
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  OTEL_SDK_DISABLED: 'true' | 'false' = 'false';

  /** `true` includes prompts and answers in the traces. */
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' | 'false' = 'false';

  /** Maximum wait for running chats at shutdown, in ms. */
  @Count(0, 60 * MINUTE_MS)
  SHUTDOWN_TIMEOUT_MS = 30_000;
}
