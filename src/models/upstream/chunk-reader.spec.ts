import fc from 'fast-check';
import { ModelError } from '../model.errors.js';
import type { ChatEvent } from '../model.types.js';
import { ChunkReader, completionEvents } from './chunk-reader.js';
import { parseChunk } from './json-values.js';

function read(chunk: unknown): ChatEvent[] {
  const events: ChatEvent[] = [];
  new ChunkReader().read(chunk, events);
  return events;
}

function failure(chunk: unknown): { error: ModelError; events: ChatEvent[] } {
  const events: ChatEvent[] = [];
  try {
    new ChunkReader().read(chunk, events);
  } catch (error) {
    return { error: error as ModelError, events };
  }
  throw new Error('did not fail');
}

const choice = (delta: unknown, rest: Record<string, unknown> = {}) => ({
  choices: [{ index: 0, delta, finish_reason: null, native_finish_reason: null, logprobs: null, ...rest }],
});

describe('ChunkReader', () => {
  it('reads a piece of text', () => {
    expect(read({ id: 'gen-1', object: 'chat.completion.chunk', ...choice({ content: 'hi' }) })).toEqual([
      { type: 'delta', text: 'hi' },
    ]);
  });

  it.each([
    ['the first chunk, which has a role only', choice({ role: 'assistant', content: '' })],
    ['null content', choice({ content: null })],
    ['no content', choice({})],
    ['a delta of null', choice(null)],
    ['no delta', { choices: [{ index: 0 }] }],
    ['choices: []', { choices: [] }],
    ['no choices', {}],
    ['choices of null', { choices: null }],
    ['a choice of null', { choices: [null] }],
    ['choices that are no list', { choices: { 0: { delta: { content: 'x' } } } }],
    ['content of another type', choice({ content: 5 })],
    ['parts without text', choice({ content: [{ type: 'image_url' }, null, 3, { type: 'text', text: 4 }] })],
    [
      'extras of other types',
      choice({ refusal: 1, reasoning: null, images: {}, annotations: '', tool_calls: 2 }),
    ],
    ['empty extras', choice({ refusal: '', reasoning: '', images: [], annotations: [], tool_calls: [] })],
    ['tool calls that are none', choice({ tool_calls: [null, 'x'] })],
    ['a finish reason of another type', choice({}, { finish_reason: 5 })],
    ['an empty finish reason', choice({}, { finish_reason: '' })],
    ['usage of another type', { choices: [], usage: 5 }],
    ['usage of null', { usage: null }],
    ['an error of null', { error: null, choices: [{ error: null }] }],
    [
      'another answer than the first',
      { choices: [{ index: 1, delta: { content: 'x' }, finish_reason: 'stop' }] },
    ],
  ])('yields nothing for %s (U33)', (_name, chunk) => {
    expect(read(chunk)).toEqual([]);
  });

  it('reads the first answer at any position, numbered or not', () => {
    const second = { index: 1, delta: { content: 'b' } };
    expect(read({ choices: [second, { index: 0, delta: { content: 'a' } }] })).toEqual([
      { type: 'delta', text: 'a' },
    ]);
    expect(read({ choices: [second, { delta: { content: 'a' } }] })).toEqual([{ type: 'delta', text: 'a' }]);
  });

  it('joins the text of parts', () => {
    const content = [{ type: 'text', text: 'a' }, 'b', { type: 'image_url', image_url: {} }, { text: 'c' }];
    expect(read(choice({ content }))).toEqual([{ type: 'delta', text: 'abc' }]);
  });

  it('passes extras through untouched, with or without text', () => {
    const extras = {
      tool_calls: [{ index: 2, id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":' } }],
      refusal: 'no',
      reasoning: 'because',
      reasoning_details: [{ type: 'reasoning.text' }],
      images: [{ type: 'image_url' }],
      annotations: [{ type: 'url_citation' }],
    };
    expect(read(choice({ content: null, ...extras, audio: 'x' }))).toEqual([
      { type: 'delta', text: '', extras },
    ]);
    for (const [field, value] of Object.entries(extras))
      expect(read(choice({ content: 'a', [field]: value }))).toEqual([
        { type: 'delta', text: 'a', extras: { [field]: value } },
      ]);
  });

  it('numbers tool calls without an index, and drops invalid ones', () => {
    const events = read(
      choice({ tool_calls: [null, { id: 'a' }, { id: 'b', index: 'x' }, { id: 'c', index: 7 }] }),
    );
    expect(events).toEqual([
      {
        type: 'delta',
        text: '',
        extras: {
          tool_calls: [
            { id: 'a', index: 0 },
            { id: 'b', index: 1 },
            { id: 'c', index: 7 },
          ],
        },
      },
    ]);
  });

  it('keeps logprobs, even without text', () => {
    const logprobs = { content: [{ token: 'a', logprob: -0.1 }] };
    expect(read(choice({ content: 'a' }, { logprobs }))).toEqual([{ type: 'delta', text: 'a', logprobs }]);
    expect(read(choice({}, { logprobs }))).toEqual([{ type: 'delta', text: '', logprobs }]);
  });

  it.each(['stop', 'length', 'content_filter', 'tool_calls'])(
    'passes the reason %s on, text or not',
    (reason) => {
      expect(read(choice({ content: null }, { finish_reason: reason }))).toEqual([
        { type: 'finish', reason },
      ]);
    },
  );

  it('reads text, finish and usage of one chunk in this order', () => {
    const chunk = {
      ...choice({ content: 'x' }, { finish_reason: 'stop', native_finish_reason: 'eos' }),
      usage: { prompt_tokens: 1 },
    };
    expect(read(chunk)).toMatchObject([
      { type: 'delta', text: 'x' },
      { type: 'finish', reason: 'stop', nativeReason: 'eos' },
      { type: 'usage' },
    ]);
  });

  describe('formats of other providers', () => {
    const reasoning = [{ type: 'delta', text: '', extras: { reasoning: 'hm' } }];

    it.each([
      // api-docs.deepseek.com/guides/thinking_mode; vLLM before github.com/vllm-project/vllm/pull/33402
      ['DeepSeek', { content: null, reasoning_content: 'hm' }],
      // github.com/vllm-project/vllm/pull/34030 sends both
      ['vLLM', { reasoning: 'hm', reasoning_content: 'hm' }],
      // github.com/BerriAI/litellm/issues/16272
      ['Mistral', { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }],
    ])('reads the reasoning of %s', (_name, delta) => {
      expect(read(choice(delta))).toEqual(reasoning);
    });

    it('reads the counts of Groq (ChoiceDelta of groq-python)', () => {
      const usage = { prompt_tokens: 4, completion_tokens: 2 };
      expect(
        read({ ...choice({}, { finish_reason: 'stop' }), x_groq: { id: 'req_1', usage } }),
      ).toMatchObject([
        { type: 'finish', reason: 'stop' },
        { type: 'usage', usage: { promptTokens: 4, completionTokens: 2, costUsd: null } },
      ]);
    });

    it.each([
      // FinishReason of github.com/togethercomputer/openapi
      ['eos', 'stop'],
      // src/mistralai/client/models/chatcompletionchoice.py of mistralai/client-python
      ['model_length', 'length'],
    ])("translates the reason %s to OpenAI's name", (native, reason) => {
      expect(read(choice({}, { finish_reason: native }))).toEqual([
        { type: 'finish', reason, nativeReason: native },
      ]);
    });

    it.each([
      // FinishReason of docs.rs/crate/ds-api 0.10.7, a client of DeepSeek
      'insufficient_system_resource',
      // vllm/v1/engine/__init__.py of vllm-project/vllm: "abort - aborted for another reason"
      'abort',
    ])('does not accept %s as the end of an answer', (reason) => {
      expect(failure(choice({ content: 'half' }, { finish_reason: reason }))).toMatchObject({
        error: { code: 'upstream_unavailable' },
        events: [{ text: 'half' }],
      });
    });

    // github.com/vllm-project/vllm/issues/3485
    it('finds an error in place of a chunk', () => {
      const error = { object: 'error', message: 'x', type: 'InternalServerError', param: null, code: 500 };
      expect(failure(error).error).toMatchObject({ code: 'upstream_bad_response', upstreamStatus: 500 });
    });
  });

  it('adds to the earlier events', () => {
    const events: ChatEvent[] = [{ type: 'delta', text: 'a' }];
    new ChunkReader().read(choice({ content: 'b' }), events);
    expect(events.map((event) => event.type === 'delta' && event.text)).toEqual(['a', 'b']);
  });

  describe('usage', () => {
    const usage = {
      prompt_tokens: 4,
      completion_tokens: 47,
      total_tokens: 51,
      cost: 0.0000123,
      is_byok: false,
    };
    const expected = [
      { type: 'usage', usage: { promptTokens: 4, completionTokens: 47, costUsd: 0.0000123, raw: usage } },
    ];

    it.each([
      ['empty choices', { choices: [], usage }],
      ['an empty delta', { ...choice({ role: 'assistant', content: '' }), usage }],
      ['no choices', { usage }],
    ])('is read from a chunk with %s (U32)', (_name, chunk) => {
      expect(read(chunk)).toEqual(expected);
    });

    it.each([
      ['nothing', {}, [null, null, null]],
      ['null', { prompt_tokens: null, completion_tokens: null, cost: null }, [null, null, null]],
      ['zero, as from a cache', { prompt_tokens: 0, completion_tokens: 0, cost: 0 }, [0, 0, 0]],
      ['nonsense', { prompt_tokens: -1, completion_tokens: 1.5, cost: -0.1 }, [null, null, null]],
      ['other types', { prompt_tokens: '4', completion_tokens: true, cost: '0.1' }, [null, null, null]],
      ['no numbers', { prompt_tokens: NaN, completion_tokens: Infinity, cost: NaN }, [null, null, null]],
      [
        'a provider charge alone',
        { cost: null, cost_details: { upstream_inference_cost: 0.2 } },
        [null, null, 0.2],
      ],
      ['both charges', { cost: 0.1, cost_details: { upstream_inference_cost: 0.2 } }, [null, null, 0.1]],
      ['cost details of null', { cost_details: null }, [null, null, null]],
    ])('with %s', (_name, raw, [promptTokens, completionTokens, costUsd]) => {
      expect(read({ usage: raw })).toEqual([
        { type: 'usage', usage: { promptTokens, completionTokens, costUsd, raw } },
      ]);
    });
  });

  describe('failures', () => {
    it.each([null, 5, 'text', true, [], undefined])('refuses %j, which is not a chunk', (chunk) => {
      expect(() => read(chunk)).toThrow(new ModelError('upstream_bad_response'));
    });

    it.each([
      ['a number', 502, 'upstream_bad_response'],
      ['a numeric text', '429', 'upstream_rate_limited'],
      ['a word', 'server_error', 'upstream_bad_response'],
    ])('throws the error of a chunk, its code %s (U29)', (_name, code, ours) => {
      const { error, events } = failure({
        error: { code, message: 'secret' },
        ...choice({ content: '' }, { finish_reason: 'error' }),
      });
      expect(error).toBeInstanceOf(ModelError);
      expect(error.code).toBe(ours);
      expect(error.message).not.toContain('secret');
      expect(events).toEqual([]);
    });

    it('throws after it has added the events beside the error', () => {
      const { error, events } = failure({
        choices: [
          { message: { content: 'half' }, finish_reason: 'error', error: { code: 503, message: 'x' } },
        ],
        usage: { completion_tokens: 1 },
      });
      expect(error).toMatchObject({ code: 'upstream_unavailable', upstreamStatus: 503 });
      expect(events).toMatchObject([{ type: 'delta', text: 'half' }, { type: 'usage' }]);
    });

    it.each([
      ['the reason "error" alone', choice({}, { finish_reason: 'error' })],
      ['an error of a choice', choice({}, { error: { message: 'x' } })],
      ['an error that is a text', { error: 'x' }],
      ['an empty error', { error: {} }],
    ])('throws for %s', (_name, chunk) => {
      expect(failure(chunk).error.code).toBe('upstream_bad_response');
    });
  });

  it('property: any JSON gives events or a ModelError', () => {
    const leaf = fc.constantFrom<unknown>(null, 0, 5, '', 'stop', true, [], {});
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            'choices',
            'delta',
            'message',
            'content',
            'error',
            'usage',
            'cost',
            'tool_calls',
            'index',
          ),
          tie('value'),
        ),
      ),
    })).value;
    fc.assert(
      fc.property(json, (chunk) => {
        try {
          for (const event of read(chunk)) expect(['delta', 'finish', 'usage']).toContain(event.type);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('completionEvents', () => {
  it('reads a complete answer', () => {
    const body = {
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'hi', tool_calls: [{ id: 'a' }, { id: 'b' }] },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    };
    expect(completionEvents(body)).toMatchObject([
      { type: 'delta', text: 'hi', extras: { tool_calls: [{ index: 0 }, { index: 1 }] } },
      { type: 'finish', reason: 'stop' },
      { type: 'usage' },
    ]);
  });

  it.each([
    ['choices: []', { choices: [] }],
    ['choices: [] beside usage', { choices: [], usage: { prompt_tokens: 1 } }],
    ['null content and no reason', { choices: [{ message: { content: null }, finish_reason: null }] }],
    ['nothing', {}],
  ])('calls %s empty (U33)', (_name, body) => {
    expect(() => completionEvents(body)).toThrow(new ModelError('upstream_empty'));
  });

  it.each([
    ['a reason without content', { choices: [{ message: { content: null }, finish_reason: 'length' }] }],
    ['content without a reason', { choices: [{ message: { content: 'a' } }] }],
    ['a refusal', { choices: [{ message: { refusal: 'no' } }] }],
  ])('passes %s on', (_name, body) => {
    expect(completionEvents(body)).toHaveLength(1);
  });

  it('throws the error of the body (U21)', () => {
    expect(() => completionEvents({ error: { code: 429 } })).toThrow(new ModelError('upstream_rate_limited'));
    expect(() => completionEvents('<html>')).toThrow(new ModelError('upstream_bad_response'));
  });
});

describe('parseChunk', () => {
  it('parses JSON', () => {
    expect(parseChunk('{"a":1}')).toEqual({ a: 1 });
  });

  it('reports anything else only as invalid (U15)', () => {
    for (const data of ['secret', '{"a":', '', '[DONE]']) {
      try {
        parseChunk(data);
        throw new Error('did not fail');
      } catch (error) {
        expect(error).toMatchObject({ code: 'upstream_bad_response', cause: undefined });
      }
    }
  });
});
