import { isPlainObject } from '../../../common/http/to-dto.js';

type Fields = Readonly<Record<string, unknown>>;

/** A chat completion's source as an annotation of a response; undefined for other annotations. */
export function urlCitation(annotation: unknown): object | undefined {
  const citation = isPlainObject(annotation) ? (annotation as Fields).url_citation : undefined;
  if (!isPlainObject(citation)) return undefined;
  const { url, title, start_index: start, end_index: end } = citation as Fields;
  if (typeof url !== 'string') return undefined;
  return {
    type: 'url_citation',
    url,
    title: typeof title === 'string' ? title : url,
    start_index: count(start),
    end_index: count(end),
  };
}

function count(value: unknown): number {
  return Number.isSafeInteger(value) ? (value as number) : 0;
}

/** The tokens of a text with their log probabilities, omitting those that clients could not parse. */
export function tokenLogprobs(logprobs: unknown): readonly object[] {
  const tokens = isPlainObject(logprobs) ? tokensIn((logprobs as Fields).content) : [];
  return tokens.map((token) => ({ ...token, top_logprobs: tokensIn(token.top_logprobs) }));
}

function tokensIn(list: unknown): readonly Fields[] {
  return (Array.isArray(list) ? list : []).filter(isToken);
}

function isToken(value: unknown): value is Fields {
  if (!isPlainObject(value)) return false;
  const { token, logprob } = value as Fields;
  return typeof token === 'string' && typeof logprob === 'number';
}
