import { publicText } from './public-text.js';

describe('publicText', () => {
  it.each([
    "Invalid value for 'messages[0].content': expected a string, got null.",
    'tools.0.function.parameters: schema must have type "object"',
    'No endpoints found for mistralai/mistral-small-3.2-24b-instruct.',
    'No endpoints found for nvidia/llama-3.1-nemotron-ultra-253b-v1:free.',
    'max_tokens: 100000 is over 8192, which is the maximum allowed number of output tokens for claude-3-5-haiku-20241022',
    "This model's maximum context length is 131072 tokens. However, you requested about 200000 tokens.",
    'Unsupported parameter: /tools/0/function/strict is not supported with this model.',
    'Ungültiger Wert für «Stadt»: 東京',
  ])('keeps the reason: %s', (text) => {
    expect(publicText(text)).toBe(text);
  });

  it.each([
    ['key sk-or-v1-0123456789abcdef', 'key [key]'],
    ['key sk-or-test-canary', 'key [key]'],
    ['Incorrect API key provided: sk-proj-****abcd.', 'Incorrect API key provided: [key]'],
    ['gsk_abcdefgh1234567890 is bad', '[key] is bad'],
    ['Bearer abc.def-ghi is bad', '[key] is bad'],
    ['jwt eyJhbGciOi.eyJzdWIi.sig', 'jwt [key]'],
    ['{"api_key": "tiny"}', '{"[key]"}'],
    ['AIzaSyA1234567890abcdefghij is bad', '[key] is bad'],
    ['see https://openrouter.ai/docs?x=1 for more', 'see [address] for more'],
    ['wrote to ops@example.org', 'wrote to [address]'],
    ['from 10.1.2.3:8080', 'from [address]'],
    ['from fe80:0:0:0:1::2', 'from [address]'],
    ['from vllm-7.llm.svc.cluster.local', 'from [address]'],
    ['from vllm:8000/v1', 'from [address]'],
    ['user_2abcDEF345678 has no access', '[id] has no access'],
    ['id 123e4567-e89b-12d3-a456-426614174000', 'id [id]'],
    ['File /usr/lib/python3/vllm/x.py failed', 'File [path] failed'],
    ['<html><b onclick="x">Bad</b></html>', 'Bad'],
    ['a < b > c', 'a b c'],
    ['two\nlines\u0000\u202e', 'two lines'],
  ])('hides what clients must not see: %s', (text, said) => {
    expect(publicText(text)).toBe(said);
  });

  it.each([undefined, null, 7, {}, '', '   ', '<br/>', '{}'])(
    'is undefined if there is no text: %p',
    (text) => {
      expect(publicText(text)).toBeUndefined();
    },
  );

  it('is bounded, keeps characters whole, and is fast for any text', () => {
    expect(publicText('word '.repeat(1000))).toHaveLength(301);
    expect(publicText(`x${'😀'.repeat(400)}`)!.isWellFormed()).toBe(true);
    for (const piece of ['a-', 'a.', '1:', '<a', 'a@', '/usr/', 'sk-', 'a:1'])
      expect(publicText(piece.repeat(100_000))?.length ?? 0).toBeLessThan(400);
  });
});
