import { ALLOWANCE_SCHEMA, KEY_TABLES } from './access-schema.js';

/** One step of the schema. Never changed once released: the next one is added instead. */
export interface Migration {
  readonly number: number;
  readonly sql: string;
}

/**
 * Forward only, each in a transaction of its own, and such that the version before this one can still write and read.
 * Times are UTC without a zone and texts compare by their bytes, as in the index of CSV files.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    sql: `
CREATE TABLE chats (
  timestamp timestamp NOT NULL,
  id text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  requested_model text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  error text COLLATE "C" NOT NULL,
  finish_reason text COLLATE "C" NOT NULL,
  upstream_model text COLLATE "C" NOT NULL,
  "user" text COLLATE "C" NOT NULL,
  request_id text COLLATE "C" NOT NULL,
  latency double precision,
  ttft double precision,
  overhead double precision,
  cost double precision,
  prompt_tokens double precision,
  response_tokens double precision,
  attempts double precision,
  bytes integer NOT NULL,
  PRIMARY KEY (id, timestamp)
) PARTITION BY RANGE (timestamp);
COMMENT ON COLUMN chats.bytes IS 'Of the texts in chat_texts: what an answer with this row will hold in memory.';
CREATE INDEX ON chats (timestamp, id);
CREATE INDEX ON chats (key, timestamp, id);
CREATE INDEX ON chats (model, timestamp, id);
CREATE INDEX ON chats (timestamp, id) WHERE status <> 'ok';

CREATE TABLE chat_texts (
  timestamp timestamp NOT NULL,
  id text COLLATE "C" NOT NULL,
  prompt text NOT NULL,
  response text NOT NULL,
  messages text NOT NULL,
  PRIMARY KEY (id, timestamp)
) PARTITION BY RANGE (timestamp);

CREATE TABLE amended (
  id text COLLATE "C" PRIMARY KEY,
  first_at timestamp NOT NULL,
  last_at timestamp NOT NULL,
  cost double precision, cost_at timestamp,
  prompt_tokens double precision, prompt_tokens_at timestamp,
  response_tokens double precision, response_tokens_at timestamp,
  score double precision, score_at timestamp,
  comment text, comment_at timestamp,
  erased_at text, erased_at_at timestamp,
  generation text, generation_at timestamp
);
COMMENT ON TABLE amended IS 'What became known of a chat after its row: the last value of each field, and its time.';
CREATE INDEX ON amended (first_at) WHERE generation IS NOT NULL AND cost IS NULL;
CREATE INDEX ON amended (last_at);

CREATE VIEW chat_log AS SELECT
  chats.timestamp, chats.id, chats.model,
  CASE WHEN chats.requested_model = '' THEN chats.model ELSE chats.requested_model END AS requested_model,
  chats.key, chats.status, chats.error, chats.finish_reason, chats.upstream_model, chats."user", chats.request_id,
  chats.latency, chats.ttft, chats.overhead, chats.attempts, chats.bytes,
  coalesce(amended.cost, chats.cost) AS cost,
  coalesce(amended.prompt_tokens, chats.prompt_tokens) AS prompt_tokens,
  coalesce(amended.response_tokens, chats.response_tokens) AS response_tokens,
  amended.score AS score
FROM chats LEFT JOIN amended ON amended.id = chats.id`,
  },
  {
    // The extension may not be installed, or not be allowed to this user: then texts are searched without an index.
    number: 2,
    sql: `
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX ON chat_texts USING gin (prompt gin_trgm_ops);
  CREATE INDEX ON chat_texts USING gin (response gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'no index for texts: %', SQLERRM;
END $$`,
  },
  { number: 3, sql: KEY_TABLES },
  { number: 4, sql: ALLOWANCE_SCHEMA },
  {
    number: 5,
    sql: 'ALTER TABLE amended ADD COLUMN max_tokens double precision, ADD COLUMN max_tokens_at timestamp',
  },
  {
    // What the view says, for a span of time. Ids of a time lie together where they are ours, and far apart at worst.
    // The indexes are for a question that few rows answer. While they are made, rows go to the spill.
    number: 6,
    sql: `
CREATE INDEX ON chats ((CASE WHEN requested_model = '' THEN model ELSE requested_model END), timestamp, id);
CREATE INDEX ON chats (latency);
CREATE INDEX ON chats (key, timestamp, id) WHERE status <> 'ok';
CREATE INDEX ON chat_texts USING brin (timestamp) WITH (pages_per_range = 32);

CREATE FUNCTION chat_log_between(since timestamp, until timestamp) RETURNS SETOF chat_log LANGUAGE sql STABLE AS $$
WITH span AS MATERIALIZED (
  SELECT min(id) AS first, max(id) AS last FROM
    -- OFFSET: not by the index of ids, which knows nothing of time.
    (SELECT id FROM chats WHERE timestamp >= since AND timestamp < until OFFSET 0) AS within)
SELECT chats.timestamp, chats.id, chats.model,
  CASE WHEN chats.requested_model = '' THEN chats.model ELSE chats.requested_model END,
  chats.key, chats.status, chats.error, chats.finish_reason, chats.upstream_model, chats."user", chats.request_id,
  chats.latency, chats.ttft, chats.overhead, chats.attempts, chats.bytes,
  coalesce(amended.cost, chats.cost), coalesce(amended.prompt_tokens, chats.prompt_tokens),
  coalesce(amended.response_tokens, chats.response_tokens), amended.score
FROM chats LEFT JOIN (
    SELECT * FROM amended WHERE id >= (SELECT first FROM span) AND id <= (SELECT last FROM span)
  ) AS amended ON amended.id = chats.id
WHERE chats.timestamp >= since AND chats.timestamp < until
$$`,
  },
];
