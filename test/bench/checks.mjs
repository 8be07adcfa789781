/** Was the answer right? Every reply of every candidate is looked at; what is slow is done once per distinct body. */
import { textOf, usageOf } from './answers.mjs';

/** One JSON reply in Parley's shape. */
export function chatReplyCheck(order) {
  const said = Buffer.from(`"response":"${textOf(order)}"`);
  const counted = Buffer.from(`"response_tokens":${usageOf(order).completion_tokens},`);
  return ({ status, body }) => status === 200 && body.includes(said) && body.includes(counted);
}

/** Parley's event stream: all the text, in order, and `done` with the right count at the end. */
export function chatStreamCheck(order) {
  const said = textOf(order);
  return ({ status, body }) => {
    if (status !== 200) return false;
    const events = eventsOf(body);
    const last = events.at(-1);
    return (
      last?.event === 'done' &&
      last.data.response_tokens === usageOf(order).completion_tokens &&
      events.map(({ event, data }) => (event === 'delta' ? data.text : '')).join('') === said
    );
  };
}

/** OpenAI's complete answer. */
export function completionCheck(order) {
  const said = Buffer.from(`"content":"${textOf(order)}"`);
  return ({ status, body }) => status === 200 && body.includes(said);
}

/** OpenAI's stream. The upstream itself sends the same bytes each time: those are taken apart once. */
export function completionStreamCheck(order) {
  const said = textOf(order);
  let known;
  return ({ status, body }) => {
    if (status !== 200) return false;
    if (known?.equals(body)) return true;
    const text = body.toString();
    const deltas = eventsOf(body).map(({ data }) => data.choices?.[0]?.delta.content ?? '');
    const right = text.trimEnd().endsWith('[DONE]') && deltas.join('') === said;
    if (right) known = body;
    return right;
  };
}

function eventsOf(body) {
  return body
    .toString()
    .split('\n\n')
    .filter((block) => block.includes('data: ') && !block.includes('[DONE]'))
    .map((block) => ({
      event: /^event: (.*)$/m.exec(block)?.[1] ?? 'message',
      data: JSON.parse(/^data: (.*)$/m.exec(block)[1]),
    }));
}
