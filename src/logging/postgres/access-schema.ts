/** Keys, and how every process hears of their changes. The trigger also tells of what somebody does by hand. */
export const KEY_TABLES = `
CREATE TABLE keys (
  id text COLLATE "C" PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY,
  key jsonb NOT NULL
);
CREATE TABLE key_changes (number bigint NOT NULL);
COMMENT ON TABLE key_changes IS 'One row that counts the changes of keys, for who missed a notification.';
INSERT INTO key_changes VALUES (0);
CREATE FUNCTION keys_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE key_changes SET number = number + 1;
  PERFORM pg_notify('parley_keys', '');
  RETURN NULL;
END $$;
CREATE TRIGGER keys_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON keys
  FOR EACH STATEMENT EXECUTE FUNCTION keys_changed()`;

const ALLOWANCE_TABLES = `
CREATE TABLE replicas (id text COLLATE "C" PRIMARY KEY, seen_at timestamptz NOT NULL);
CREATE TABLE key_minutes (
  key text COLLATE "C" PRIMARY KEY,
  requests bigint NOT NULL DEFAULT 0,
  requests_since timestamptz NOT NULL DEFAULT '-infinity',
  tokens bigint NOT NULL DEFAULT 0,
  tokens_since timestamptz NOT NULL DEFAULT '-infinity'
);
COMMENT ON TABLE key_minutes IS 'Requests and tokens of the minute under way. Whoever changes anything of a key locks its row.';
CREATE TABLE holds (
  id text COLLATE "C" PRIMARY KEY,
  key text COLLATE "C" NOT NULL,
  replica text COLLATE "C" NOT NULL,
  model text NOT NULL,
  began_at bigint NOT NULL,
  taken_at timestamptz NOT NULL,
  windows text[] NOT NULL,
  tokens bigint NOT NULL,
  amount bigint NOT NULL,
  generation text,
  has_place boolean NOT NULL DEFAULT true,
  owed boolean NOT NULL DEFAULT false,
  adopted boolean NOT NULL DEFAULT false
);
CREATE INDEX ON holds (key);
CREATE INDEX ON holds (replica);
COMMENT ON TABLE holds IS 'Calls of limited keys that are under way, or (owed) whose bill is still to come. Nano-dollars.';
COMMENT ON COLUMN holds.adopted IS 'Its replica is gone: who looks after it is another.';
CREATE TABLE spent (
  key text COLLATE "C" NOT NULL,
  time_window text NOT NULL,
  amount bigint NOT NULL,
  known boolean NOT NULL,
  PRIMARY KEY (key, time_window)
);
COMMENT ON TABLE spent IS 'The sum of the rows of a key in a window, without those that have a hold. Nano-dollars.'`;

/** Sums and holds in one statement, so in one state: money that moves from one to the other is seen once. */
const BUDGET_REFUSAL = `
CREATE FUNCTION budget_refusal(of_key text, in_window text, most bigint, more bigint) RETURNS text LANGUAGE sql AS $$
  SELECT CASE
    WHEN in_window IS NULL THEN NULL
    WHEN total.amount IS NULL THEN 'unknown'
    WHEN total.amount + more > most THEN 'budget'
  END FROM (SELECT
    (SELECT amount FROM spent WHERE key = of_key AND time_window = in_window AND known)
    + (SELECT coalesce(sum(amount), 0) FROM holds WHERE key = of_key AND in_window = ANY (windows)) AS amount
  ) AS total
$$`;

/**
 * One condition for each ceiling, in a fixed order; all or nothing is taken. Exact, as calls of one key take their turns
 * at its row, and every statement in here sees what those before have committed. null: that is not limited.
 */
const TAKE_PLACE = `
CREATE FUNCTION take_place(
  call_id text, call_key text, call_replica text, call_model text, call_began_at bigint, call_windows text[],
  call_tokens bigint, call_amount bigint, most_places bigint, most_requests bigint, most_tokens bigint,
  budget_window text, budget_limit bigint,
  OUT refusal text, OUT requests bigint, OUT requests_ms double precision,
  OUT tokens bigint, OUT tokens_ms double precision
) LANGUAGE plpgsql AS $$
DECLARE
  minute key_minutes;
  now timestamptz;
  is_taken boolean;
BEGIN
  INSERT INTO key_minutes (key) VALUES (call_key) ON CONFLICT DO NOTHING;
  SELECT * INTO minute FROM key_minutes WHERE key = call_key FOR UPDATE;
  now := clock_timestamp();
  IF now NOT BETWEEN minute.requests_since AND minute.requests_since + interval '1 minute' THEN
    minute.requests := 0;
    minute.requests_since := now;
  END IF;
  IF now NOT BETWEEN minute.tokens_since AND minute.tokens_since + interval '1 minute' THEN
    minute.tokens := 0;
    minute.tokens_since := now;
  END IF;
  is_taken := EXISTS (SELECT FROM holds WHERE id = call_id);
  IF is_taken THEN
    -- It is asked again, as the connection broke before the answer.
    refusal := NULL;
  ELSIF most_places IS NOT NULL
      AND (SELECT count(*) FROM holds WHERE key = call_key AND has_place) >= most_places THEN
    refusal := 'parallel chat';
  ELSIF minute.requests + 1 > most_requests THEN
    refusal := 'request';
  ELSIF minute.tokens + call_tokens > most_tokens AND (minute.tokens > 0 OR most_tokens = 0) THEN
    refusal := 'token';
  ELSE
    refusal := budget_refusal(call_key, budget_window, budget_limit, call_amount);
  END IF;
  IF refusal IS NULL AND NOT is_taken THEN
    minute.requests := minute.requests + 1;
    minute.tokens := minute.tokens + call_tokens;
    UPDATE key_minutes SET requests = minute.requests, requests_since = minute.requests_since,
      tokens = minute.tokens, tokens_since = minute.tokens_since WHERE key = call_key;
    INSERT INTO holds (id, key, replica, model, began_at, taken_at, windows, tokens, amount) VALUES
      (call_id, call_key, call_replica, call_model, call_began_at, now, call_windows, call_tokens, call_amount);
  END IF;
  requests := minute.requests;
  requests_ms := 1000 * extract(epoch FROM now - minute.requests_since);
  tokens := minute.tokens;
  tokens_ms := 1000 * extract(epoch FROM now - minute.tokens_since);
END $$`;

const RAISE_HOLD = `
CREATE FUNCTION raise_hold(call_id text, new_amount bigint, budget_window text, budget_limit bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  hold holds;
  refusal text;
BEGIN
  PERFORM FROM key_minutes WHERE key = (SELECT key FROM holds WHERE id = call_id) FOR UPDATE;
  SELECT * INTO hold FROM holds WHERE id = call_id;
  IF NOT FOUND THEN RETURN 'gone'; END IF;
  refusal := budget_refusal(hold.key, budget_window, budget_limit, new_amount - hold.amount);
  IF refusal IS NULL THEN UPDATE holds SET amount = new_amount WHERE id = call_id; END IF;
  RETURN refusal;
END $$`;

/** Once for each call, whoever comes first. cost null: what was held. true_tokens null: those that were counted. */
const SETTLE_CALL = `
CREATE FUNCTION settle_call(call_id text, cost bigint, is_owed boolean, true_tokens bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  minute key_minutes;
  hold holds;
  now timestamptz;
  more bigint;
BEGIN
  SELECT * INTO minute FROM key_minutes WHERE key = (SELECT key FROM holds WHERE id = call_id) FOR UPDATE;
  SELECT * INTO hold FROM holds WHERE id = call_id;
  IF NOT FOUND THEN RETURN; END IF;
  IF is_owed THEN
    UPDATE holds SET owed = true, has_place = false, amount = coalesce(cost, hold.amount) WHERE id = call_id;
  ELSE
    DELETE FROM holds WHERE id = call_id;
    UPDATE spent SET amount = amount + coalesce(cost, hold.amount)
      WHERE key = hold.key AND time_window = ANY (hold.windows);
  END IF;
  now := clock_timestamp();
  more := true_tokens - hold.tokens;
  IF hold.owed OR more IS NULL OR more = 0 THEN
    RETURN;
  ELSIF now BETWEEN minute.tokens_since AND minute.tokens_since + interval '1 minute' THEN
    -- What counted in a former minute is not given back to this one.
    IF more > 0 OR hold.taken_at >= minute.tokens_since THEN
      UPDATE key_minutes SET tokens = greatest(0, minute.tokens + more) WHERE key = hold.key;
    END IF;
  ELSIF more > 0 THEN
    UPDATE key_minutes SET tokens = more, tokens_since = now WHERE key = hold.key;
  END IF;
END $$`;

/** What rows say, or what was counted, if that is more: some of the rows may be gone. */
const LEARN_SPENT = `
CREATE FUNCTION learn_spent(of_key text, in_window text, since timestamp) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO key_minutes (key) VALUES (of_key) ON CONFLICT DO NOTHING;
  PERFORM FROM key_minutes WHERE key = of_key FOR UPDATE;
  IF EXISTS (SELECT FROM spent WHERE key = of_key AND time_window = in_window AND known) THEN RETURN; END IF;
  INSERT INTO spent SELECT of_key, in_window, coalesce(sum(round(cost * 1e9)), 0), true FROM chat_log
    WHERE chat_log.key = of_key AND timestamp >= since AND NOT EXISTS (SELECT FROM holds WHERE holds.id = chat_log.id)
  ON CONFLICT (key, time_window) DO UPDATE SET amount = greatest(spent.amount, excluded.amount), known = true;
END $$`;

/** Limits and budgets that all processes share. */
export const ALLOWANCE_SCHEMA = [
  ALLOWANCE_TABLES,
  BUDGET_REFUSAL,
  TAKE_PLACE,
  RAISE_HOLD,
  SETTLE_CALL,
  LEARN_SPENT,
].join(';\n');
