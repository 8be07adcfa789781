import { answerFields, readStep } from '../faults.js';
import { isObject, readFields } from '../fields.js';
import { keyFields } from '../state/key.js';
import { modelFields } from '../state/catalogue.js';
import type { EmulatorState } from '../state/state.js';
import { Problem } from '../wire/problem.js';
import { parseJson } from './body.js';

const root = '/emulator';

export function isControlPath(path: string): boolean {
  return path.startsWith(`${root}/`);
}

/** What tests and people use to order faults and read counts; no part of any provider. @returns the reply's body */
export function control(state: EmulatorState, target: string, text: string): object {
  switch (target) {
    case `POST ${root}/script`:
      order(state, parseJson(text));
      return {};
    case `POST ${root}/reset`:
      state.clear();
      return {};
    case `GET ${root}/stats`:
      return state.stats.read(state.connections.size);
    case `GET ${root}/requests`:
      return { data: state.requests.read() };
    default:
      throw new Problem(404);
  }
}

/** `{slug?, steps?, always?, answer?, model?, key?}`, each as the method of Emulator; all of it or, if wrong, nothing. */
function order({ script, catalogue, key }: EmulatorState, body: unknown): void {
  try {
    if (!isObject(body)) throw new Error('The body must be a JSON object');
    const { slug = '*', steps = [] } = body;
    if (typeof slug !== 'string') throw new Error('"slug" must be a string');
    if (!Array.isArray(steps)) throw new Error('"steps" must be a list');
    const queue = steps.map(readStep);
    const always = readOptional(body.always, readStep);
    const answer = readOptional(body.answer, (value) => readFields('answer', value, answerFields));
    const model = readOptional(body.model, (value) => readFields('model', value, modelFields));
    const said = readOptional(body.key, (value) => readFields('key', value, keyFields));
    script.queue(slug, queue);
    if (always !== undefined) script.always(slug, always);
    if (answer !== undefined) script.answer(slug, answer);
    if (model !== undefined) catalogue.change(slug, model);
    if (said !== undefined) key.change(said);
  } catch (error) {
    throw new Problem(400, { message: error instanceof Error ? error.message : String(error) });
  }
}

function readOptional<T>(value: unknown, read: (value: unknown) => T): T | null | undefined {
  return value === undefined || value === null ? value : read(value);
}
