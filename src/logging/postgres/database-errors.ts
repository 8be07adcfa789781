/** SQLSTATE classes of what is wrong with a row: data exceptions, violated constraints, limits of the program. */
const REFUSED = /^(22|23|54)/;

/** Nothing but a change by the operator helps: password, rights, no such database. */
const MISCONFIGURED: ReadonlySet<string> = new Set(['28P01', '28000', '3D000', '42501']);

const CANCELED = '57014';

/** Of an error of PostgreSQL's (SQLSTATE) or of Node's; empty where it has none. */
export function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** The database would refuse this row again, however often it was asked. */
export const isRefused = (error: unknown): boolean => REFUSED.test(codeOf(error));

export const isMisconfigured = (error: unknown): boolean => MISCONFIGURED.has(codeOf(error));

/** A statement took longer than it may. */
export const isTimeout = (error: unknown): boolean => codeOf(error) === CANCELED;

/** No connection, none to be had, or not the database that the log is in (yet). */
export function isUnreachable(error: unknown): boolean {
  const code = codeOf(error);
  return /^(08|53|57P|28|3D)|^42P01$|^E[A-Z]+$/.test(code) || (code === '' && isOfDriver(error));
}

/** The driver's own errors have no code. */
function isOfDriver(error: unknown): boolean {
  const { message } = error as { message?: unknown };
  return /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client )/.test(
    String(message),
  );
}
