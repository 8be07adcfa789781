import { Problem } from '../common/problem.js';

/** Why the log takes no row, or gives no answer: thrown, and shown in the documentation. */

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
    detail:
      'format=raw is the bytes of CSV files, and this log is kept in a database: take csv, jsonl or parquet.',
  });
}

export function tooManyQuestions(): Problem {
  return unavailable(
    'log_busy',
    'Too many questions are being put to the log at once; ask again in a moment.',
  );
}

export function logIsRewritten(): Problem {
  return unavailable('log_busy', 'The log is being rewritten; ask again.');
}

export function readerFailed(): Problem {
  return unavailable('log_busy', 'The reader of the log has stopped and is being started again; ask again.');
}

export function logTimeout(): Problem {
  return unavailable('log_timeout', 'The answer took too long; narrow the question, or ask again later.');
}

export function logUnavailable(): Problem {
  return unavailable(
    'log_unavailable',
    'The chat log cannot take rows now, so no model was called. Try again shortly.',
    2,
  );
}

export function logUnreachable(): Problem {
  return unavailable('log_unavailable', 'The database of the log cannot be reached; ask again.');
}

function unavailable(code: string, detail: string, retryAfter = 1): Problem {
  return new Problem({ status: 503, code, detail, retryAfter });
}
