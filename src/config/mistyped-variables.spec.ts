import { mistypedVariables } from './mistyped-variables.js';

const KNOWN = ['OPENROUTER_API_KEY', 'MISTRAL_UPSTREAM', 'HOST', 'PORT', 'CHAT_LOG_PATH', 'IDLE_TIMEOUT_MS'];

describe('mistypedVariables', () => {
  it.each([
    ['MISTRAL_UPSTREM', 'MISTRAL_UPSTREAM'],
    ['MISTARL_UPSTREAM', 'MISTRAL_UPSTREAM'],
    ['IDLE_TIMEOUT', undefined],
    ['IDLE_TIME_OUT_MS', 'IDLE_TIMEOUT_MS'],
    ['OPENROUTER_KEY', 'OPENROUTER_API_KEY'],
    ['CHAT_LOG_FILE', 'CHAT_LOG_PATH'],
    ['port', 'PORT'],
    ['HOME', undefined],
    ['HOSTNAME', undefined],
    ['SPORT', undefined],
    ['PATH', undefined],
  ])('%s: %p', (name, likely) => {
    const expected = likely === undefined ? [] : [{ name, likely }];
    expect(mistypedVariables({ [name]: 'x', HOST: 'x', MISTRAL_UPSTREAM: 'x' }, KNOWN)).toEqual(expected);
  });

  it('ignores an empty variable', () => {
    expect(mistypedVariables({ MISTRAL_UPSTREM: '' }, KNOWN)).toEqual([]);
  });
});
