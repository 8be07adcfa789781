import { parseFaultArgument } from './fault-argument.js';

describe('parseFaultArgument', () => {
  it.each([
    ['status:429,retry-after:2', [{ kind: 'status', status: 429, retryAfter: 2 }]],
    [
      'reset:before-headers;stall:3;normal',
      [{ kind: 'reset', at: 'before-headers' }, { kind: 'stall', at: 3 }, { kind: 'normal' }],
    ],
    ['cut:1,close-delimited', [{ kind: 'cut', at: 1, closeDelimited: true }]],
    ['redirect:http://127.0.0.1:9/x', [{ kind: 'redirect', location: 'http://127.0.0.1:9/x' }]],
    ['omit:usage+done', [{ kind: 'omit', parts: ['usage', 'done'] }]],
    ['null-content:null', [{ kind: 'null-content', finishReason: null }]],
    ['error-chunk:2,code:server_error', [{ kind: 'error-chunk', after: 2, code: 'server_error' }]],
    ['normal,first-token-ms:300', [{ kind: 'normal', firstTokenMs: 300 }]],
  ])('%s', (text, steps) => {
    expect(parseFaultArgument(`some/slug=${text}`)).toEqual({ slug: 'some/slug', steps });
  });

  it.each([
    ['status:429', 'not of the form'],
    ['a=nonsense', 'Unknown fault'],
    ['a=stall', 'stall needs at'],
    ['a=status:42', '"status" does not suit'],
    ['a=status:500,colour:red', 'no field "colour"'],
    ['a=toString', 'Unknown fault'],
  ])('refuses %s', (text, message) => {
    expect(() => parseFaultArgument(text)).toThrow(message);
  });
});
