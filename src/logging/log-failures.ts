import { Problem } from '../common/problem.js';

/** Reasons why the log accepts no row or answers no query; thrown, and shown in the documentation. */

export function invalidQuery(path: string, message: string): Problem {
  const detail = `${path} ${message}.`;
  return new Problem({ status: 400, code: 'invalid_request', detail, errors: [{ path, message }] });
}

export function noSuchRow(): Problem {
  return new Problem({ status: 404, code: 'not_found', detail: 'The log has no row with this id.' });
}

export function noRawRows(): Problem {
  return new Problem({
    status: 406,
    code: 'invalid_request',
    detail: 'format=raw needs CSV files, but this log is in a database: use csv, jsonl or parquet.',
  });
}

export function tooManyQuestions(): Problem {
  return unavailable('log_busy', 'Too many queries of the log are running; try again in a moment.');
}

export function logIsRewritten(): Problem {
  return unavailable('log_busy', 'The log is being rewritten; try again.');
}

export function readerFailed(): Problem {
  return unavailable('log_busy', 'The reader of the log is restarting; try again.');
}

export function logTimeout(): Problem {
  return unavailable('log_timeout', 'The query took too long; narrow it, or try again later.');
}

export function logUnavailable(): Problem {
  return unavailable(
    'log_unavailable',
    'The chat log cannot take rows now, so no model was called. Try again shortly.',
    2,
  );
}

export function logUnreachable(): Problem {
  return unavailable('log_unavailable', 'The database of the log cannot be reached; try again.');
}

function unavailable(code: string, detail: string, retryAfter = 1): Problem {
  return new Problem({ status: 503, code, detail, retryAfter });
}
