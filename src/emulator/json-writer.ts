import { bodyHeaders, type Call } from './call.js';
import { fingerprint } from './frames.js';
import { logprobsFor } from './logprobs.js';

type CompletionBody = ReturnType<typeof completionBody>;

/** A change that a fault makes to a complete answer; a string is sent as it is. */
export type BodyTransform = (body: CompletionBody) => object | string;

/** Sends the complete answer after the time that its tokens take. */
export async function writeJson(call: Call, transform: BodyTransform = (body) => body): Promise<void> {
  await waitForAnswer(call);
  if (call.exchange.gone) return;
  const body = transform(completionBody(call));
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  call.exchange.send({ status: 200, headers: bodyHeaders(call), body: text });
}

async function waitForAnswer({ exchange, pace, answer }: Call): Promise<void> {
  const ms = pace.firstTokenMs + pace.chunkMs * answer.pieces.length;
  if (ms > 0) await exchange.wait(ms);
}

export function completionBody({ identity, answer, frameOptions }: Call) {
  const text = answer.pieces.join('');
  return {
    id: identity.id,
    provider: identity.provider,
    model: identity.slug,
    object: 'chat.completion',
    created: identity.created,
    system_fingerprint: fingerprint,
    choices: [
      {
        index: 0,
        finish_reason: answer.finishReason,
        native_finish_reason: answer.finishReason,
        logprobs: JSON.parse(logprobsFor(answer.pieces, frameOptions.topLogprobs)) as unknown,
        message: {
          role: 'assistant',
          content: answer.toolCalls.length > 0 ? null : text,
          refusal: null,
          reasoning: answer.reasoning.length > 0 ? answer.reasoning.join('') : null,
          ...(answer.toolCalls.length > 0 ? { tool_calls: answer.toolCalls.map(wireToolCall) } : {}),
        },
      },
    ],
    usage: answer.usage,
  };
}

function wireToolCall(call: Call['answer']['toolCalls'][number], index: number) {
  return { index, id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } };
}
