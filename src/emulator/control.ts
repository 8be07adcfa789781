import { isObject } from './completion-request.js';
import type { EmulatorState } from './emulator-state.js';
import { parseJson } from './request-body.js';
import { readAnswerPlan, readStep } from './step-fields.js';
import { errorReply, jsonReply, type Reply } from './wire-error.js';

const root = '/emulator';

export function isControlPath(path: string): boolean {
  return path.startsWith(`${root}/`);
}

/** What tests and people use to order faults and read counts; no part of OpenRouter. */
export function replyToControl(state: EmulatorState, target: string, text: string): Reply {
  switch (target) {
    case `POST ${root}/script`:
      return order(state, parseJson(text));
    case `POST ${root}/reset`:
      state.clear();
      return jsonReply(200, {});
    case `GET ${root}/stats`:
      return jsonReply(200, state.readStats());
    case `GET ${root}/requests`:
      return jsonReply(200, { data: state.requests.read() });
    default:
      return errorReply(404);
  }
}

/** `{slug?, steps?: Step[], always?: Step | null, answer?: AnswerPlan | null}`; all of it or, if wrong, nothing. */
function order({ script }: EmulatorState, body: unknown): Reply {
  try {
    const { slug, steps, always, answer } = readOrder(body);
    script.queue(slug, steps);
    if (always !== undefined) script.always(slug, always);
    if (answer !== undefined) script.answer(slug, answer);
    return jsonReply(200, {});
  } catch (error) {
    return errorReply(400, { message: error instanceof Error ? error.message : String(error) });
  }
}

function readOrder(body: unknown) {
  if (!isObject(body)) throw new Error('The body must be a JSON object');
  const { slug = '*', steps = [], always, answer } = body;
  if (typeof slug !== 'string') throw new Error('"slug" must be a string');
  if (!Array.isArray(steps)) throw new Error('"steps" must be a list');
  return {
    slug,
    steps: steps.map(readStep),
    always: readOptional(always, readStep),
    answer: readOptional(answer, readAnswerPlan),
  };
}

function readOptional<T>(value: unknown, read: (value: unknown) => T): T | null | undefined {
  return value === undefined || value === null ? value : read(value);
}
