/** Maximum length of a reason that is passed on, in characters. */
const MAX_CHARS = 300;
/** Number of characters that are read. */
const READ_CHARS = 1024;

const HOSTS =
  'com|net|org|io|ai|dev|app|cloud|co|eu|us|local|localhost|internal|intranet|lan|corp|svc|cluster';

/** What clients must not see, and its replacement; applied in this order. */
const HIDDEN: readonly (readonly [RegExp, string])[] = [
  [/<[a-z!/?][^>]*>/gi, ' '],
  [/\b[a-z][a-z\d+.-]*:\/\/[^\s"'`<>)\]]+/gi, '[address]'],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '[address]'],
  [/\b(?:bearer|basic)\s+[\w+/=.~-]{4,}/gi, '[key]'],
  [/\beyJ[\w-]{5,}(?:\.[\w-]*)*/g, '[key]'],
  // With a prefix of keys, including keys shortened with dots or asterisks.
  [/\b(?:(?:sk|pk|rk|gsk|hf|xai|nvapi|parley)[-_]|AIza)(?=[\w*.…-]*[\d*…-])[\w*.…-]{6,}/g, '[key]'],
  [/\b(?:api[-_ ]?key|token|secret|password)\b["']?\s*[:=]\s*["']?[^\s"',;)]+/gi, '[key]'],
  [/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi, '[id]'],
  [/\b(?:org|user|proj|acct|req|account|project|request)[-_](?=[\w-]*\d)[\w-]{8,}/gi, '[id]'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '[address]'],
  [/\[?(?:[\da-f]{1,4}:){3,7}(?::|[\da-f]{1,4})+\]?(?::\d+)?/gi, '[address]'],
  [new RegExp(`\\b(?:[a-z\\d-]+\\.)+(?:${HOSTS})\\b(?::\\d+)?[\\w/?=&%-]*`, 'gi'), '[address]'],
  [/\b(?=[\d.-]*[a-z])(?:[a-z\d-]+\.)*[a-z\d-]+:\d{2,5}\b(?:\/\S*)?/gi, '[address]'],
  [
    /(?:\/(?:usr|home|opt|var|app|srv|root|tmp|etc|mnt|data|proc|workspace|Users)\/|\b[A-Z]:\\)[^\s"',;)]*/g,
    '[path]',
  ],
  // A long run of letters and digits, which is not a word of any language.
  [/\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{20,}\b/g, '[key]'],
  [/[<>]/g, ' '],
];

/**
 * An upstream's text in a form that clients may read: one line without keys, addresses, paths and markup, at most 300
 * characters. Undefined if nothing is left.
 */
export function publicText(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  let said = text.slice(0, READ_CHARS).replace(/[\p{C}\s]+/gu, ' ');
  for (const [pattern, instead] of HIDDEN) said = said.replace(pattern, instead);
  said = said.replace(/\s+/g, ' ').trim();
  if (!/\p{L}/u.test(said)) return undefined;
  return said.length > MAX_CHARS ? `${said.slice(0, MAX_CHARS)}…`.toWellFormed() : said;
}
