import fc from 'fast-check';
import { TestApp } from '../../support/test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const PATH = '/v1/responses';
const TOOL = {
  type: 'function',
  name: 'look',
  description: null,
  parameters: { type: 'object' },
  strict: true,
};
const OUTPUT = { type: 'function_call_output', call_id: 'call_1', output: 'A cat.' };
const CALL = { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}' };

describe('What /v1/responses takes', () => {
  let service: TestApp;
  const ask = (fields: object = {}) => service.post(PATH, { model: 'llama', input: 'Say hello.', ...fields });
  const forwarded = async (fields: object = {}) => {
    const reply = await ask(fields);
    expect({ status: reply.status, text: await reply.text() }).toMatchObject({ status: 200 });
    return service.emulator.requests().at(-1)!.body as Record<string, unknown>;
  };

  beforeAll(async () => {
    service = await TestApp.start({ env: { RETRY_MAX_ATTEMPTS: '1', PROMPT_MAX_CHARS: '5000' } });
  });

  beforeEach(() => {
    service.emulator.reset();
  });

  afterAll(() => service.stop());

  it('forwards what it knows under the names of a chat completion, and nothing else; null is absence', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } } };
    const known = {
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 10,
      top_logprobs: 1,
      text: { format: { type: 'json_schema', name: 'city', schema, strict: true }, verbosity: 'low' },
      reasoning: { effort: 'low', summary: 'auto' },
      tools: [TOOL, { type: 'custom', name: 'sql', description: 'Runs SQL.', format: { type: 'text' } }],
      tool_choice: { type: 'function', name: 'look' },
      parallel_tool_calls: false,
      metadata: { a: 'b' },
      user: 'someone',
      safety_identifier: 'somebody',
      prompt_cache_key: 'k',
      service_tier: 'flex',
    };
    const ignored = {
      store: true,
      truncation: 'auto',
      include: ['reasoning.encrypted_content', 'file_search_call.results'],
      background: false,
      stream_options: { include_obfuscation: false },
      api_base: 'http://evil',
    };
    const sent = await forwarded({ ...known, ...ignored });
    const { plugins: _plugins, ...rest } = sent;
    expect(rest).toEqual({
      model: LLAMA,
      messages: [{ role: 'user', content: 'Say hello.' }],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 10,
      logprobs: true,
      top_logprobs: 1,
      response_format: { type: 'json_schema', json_schema: { name: 'city', schema, strict: true } },
      verbosity: 'low',
      reasoning_effort: 'low',
      tools: [
        { type: 'function', function: { name: 'look', parameters: { type: 'object' }, strict: true } },
        {
          type: 'function',
          function: {
            name: 'sql',
            description: 'Runs SQL.',
            parameters: {
              type: 'object',
              properties: { input: { type: 'string' } },
              required: ['input'],
              additionalProperties: false,
            },
          },
        },
      ],
      tool_choice: { type: 'function', function: { name: 'look' } },
      parallel_tool_calls: false,
      metadata: { a: 'b' },
      user: 'someone',
      safety_identifier: 'somebody',
      prompt_cache_key: 'k',
      service_tier: 'flex',
    });
    expect((await service.rows()).at(-1)).toMatchObject({ user: 'somebody' });
    const fields = [
      ...Object.keys(known),
      ...Object.keys(ignored),
      'stream',
      'previous_response_id',
      'fallback',
    ];
    const nothing = await forwarded(Object.fromEntries(fields.map((field) => [field, null])));
    expect(Object.keys(nothing).sort()).toEqual(['messages', 'model', 'plugins', 'stream', 'stream_options']);
  });

  it('shows in the answer how it understood the request', async () => {
    const shown = {
      instructions: 'Be brief.',
      max_output_tokens: 10,
      metadata: { a: 'b' },
      temperature: 0,
      text: { format: { type: 'json_object' }, verbosity: 'low' },
      tool_choice: 'none',
      tools: [TOOL],
      user: 'someone',
    };
    const reply = await ask({ ...shown, store: true, truncation: 'auto', reasoning: { effort: 'low' } });
    expect(await reply.json()).toMatchObject({
      ...shown,
      store: false,
      truncation: 'disabled',
      reasoning: { effort: 'low' },
    });
  });

  it('makes one conversation of items as clients send them', async () => {
    const image = 'data:image/png;base64,AA==';
    const { messages } = await forwarded({
      instructions: 'Be brief.',
      input: [
        { role: 'developer', content: 'Really.' },
        { role: 'user', content: 'x' },
        {
          type: 'message',
          id: 'msg_1',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'y', annotations: [] }],
        },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is this?' },
            { type: 'input_image', image_url: image, detail: 'low' },
            { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' },
            { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
          ],
        },
        {
          type: 'reasoning',
          id: 'rs_1',
          summary: [{ type: 'summary_text', text: 'Hm.' }],
          encrypted_content: 'theirs',
        },
        { role: 'assistant', content: 'Let me look.' },
        { ...CALL, id: 'fc_1', status: 'completed' },
        { ...CALL, call_id: 'call_2' },
        OUTPUT,
        { ...OUTPUT, call_id: 'call_2', output: [{ type: 'input_text', text: 'A dog.' }] },
        {
          type: 'reasoning',
          id: 'rs_2',
          summary: [],
          content: [{ type: 'reasoning_text', text: 'Left out.' }],
        },
        { role: 'user', content: 'And now?' },
      ],
    });
    const call = (id: string) => ({ id, type: 'function', function: { name: 'look', arguments: '{}' } });
    const conversation = [
      { role: 'system', content: 'Be brief.' },
      { role: 'developer', content: 'Really.' },
      { role: 'user', content: 'x' },
      { role: 'assistant', content: 'y' },
      { role: 'assistant', content: 'No.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: image, detail: 'low' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' } },
          { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
        ],
      },
      {
        role: 'assistant',
        content: 'Let me look.',
        tool_calls: [call('call_1'), call('call_2')],
        reasoning: 'Hm.',
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'A cat.' },
      { role: 'tool', tool_call_id: 'call_2', content: 'A dog.' },
      { role: 'user', content: 'And now?' },
    ];
    expect(messages).toEqual(conversation);
    const row = (await service.rows()).at(-1)!;
    expect(JSON.parse(row.messages!)).toEqual(conversation);
    expect(row.prompt).toBe('And now?');
  });

  it('shows the images that tools gave back after their texts', async () => {
    const image = { type: 'input_image', image_url: 'https://example.org/a.png' };
    const part = { type: 'image_url', image_url: { url: image.image_url } };
    const { messages } = await forwarded({
      input: [
        CALL,
        { ...CALL, call_id: 'call_2' },
        { ...OUTPUT, output: [{ type: 'input_text', text: 'A cat:' }, image] },
        { ...OUTPUT, call_id: 'call_2', output: [image] },
        { role: 'assistant', content: 'I see.' },
      ],
    });
    expect(messages).toMatchObject([
      { role: 'assistant', tool_calls: [{}, {}] },
      { role: 'tool', tool_call_id: 'call_1', content: 'A cat:' },
      { role: 'tool', tool_call_id: 'call_2', content: '' },
      { role: 'user', content: [part, part] },
      { role: 'assistant', content: 'I see.' },
    ]);
  });

  it('offers only the tools that the choice allows, and no choice where there are none', async () => {
    const tools = [TOOL, { ...TOOL, name: 'listen' }];
    const choice = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'listen' }] };
    expect(await forwarded({ tools, tool_choice: choice })).toMatchObject({
      tools: [{ function: { name: 'listen' } }],
      tool_choice: 'required',
    });
    const without = await forwarded({ tools: [], tool_choice: 'auto', parallel_tool_calls: true });
    expect(Object.keys(without)).not.toEqual(expect.arrayContaining(['tool_choice']));
    expect(Object.keys(without)).not.toEqual(expect.arrayContaining(['parallel_tool_calls']));
  });

  it('takes what codex sends by default, and leaves out the search that only OpenAI has', async () => {
    const search = { type: 'web_search', external_web_access: false, search_context_size: 'medium' };
    const fields = {
      instructions: 'You are Codex.',
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Sandboxed.' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Look.' }] },
      ],
      tools: [TOOL, search],
      tool_choice: 'auto',
      parallel_tool_calls: false,
      reasoning: null,
      store: false,
      include: [],
      prompt_cache_key: 'conversation',
      client_metadata: { installation: 'x' },
    };
    expect(await forwarded(fields)).toMatchObject({ tools: [{ function: { name: 'look' } }] });
    expect(await (await ask(fields)).json()).toMatchObject({ tools: [TOOL] });
  });

  it('answers with another model where `fallback` allows it, and says which', async () => {
    service.emulator.always(LLAMA, { kind: 'status', status: 503 });
    expect(await (await ask({ fallback: ['mistral'] })).json()).toMatchObject({ model: 'mistral' });
  });

  it.each([
    ['model', { model: undefined }],
    ['input', { input: undefined }],
    ['input', { input: '' }],
    ['input', { input: [] }],
    ['input', { input: { role: 'user' } }],
    ['input', { input: [{ type: 'reasoning', summary: [] }], instructions: 'x' }],
    ['input[0]', { input: ['x'] }],
    ['input[0]', { input: [[]] }],
    [
      'input[1].role',
      {
        input: [
          { role: 'user', content: 'x' },
          { role: 'tool', content: 'x' },
        ],
      },
    ],
    ['input[0].content', { input: [{ role: 'user' }] }],
    [
      'input[0].content[1].type',
      { input: [{ role: 'user', content: [{ type: 'input_text', text: '' }, { type: 'x' }] }] },
    ],
    ['input[0].content[0].text', { input: [{ role: 'user', content: [{ type: 'input_text' }] }] }],
    ['input[0].content[0].image_url', { input: [{ role: 'user', content: [{ type: 'input_image' }] }] }],
    [
      'input[0].content[0].file_id',
      { input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] },
    ],
    [
      'input[0].content[0].file_url',
      { input: [{ role: 'user', content: [{ type: 'input_file', file_url: 'u' }] }] },
    ],
    ['input[0].call_id', { input: [{ ...CALL, call_id: '' }] }],
    ['input[0].arguments', { input: [{ ...CALL, arguments: {} }] }],
    ['input[0].output', { input: [{ ...OUTPUT, output: 1 }] }],
    ['input[0].type', { input: [{ type: 'web_search_call', id: 'ws_1' }] }],
    ['input[0].type', { input: [{ type: 'constructor' }] }],
    ['input', { input: 'x'.repeat(5001) }],
    ['input[0].content', { input: [{ role: 'user', content: 'x'.repeat(5001) }] }],
    ['instructions', { instructions: 'x'.repeat(5001) }],
    ['previous_response_id', { previous_response_id: 'resp_1' }],
    ['conversation', { conversation: { id: 'conv_1' } }],
    ['prompt', { prompt: { id: 'pmpt_1' } }],
    ['background', { background: true }],
    ['tools[1].type', { tools: [TOOL, { type: 'web_search' }] }],
    ['tools[0].type', { tools: [{ type: 'file_search', vector_store_ids: [] }] }],
    ['tools[0].type', { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] }],
    ['tools[0].type', { tools: [{ type: 'mcp', server_label: 'x' }] }],
    ['tools[0].type', { tools: [{ type: 'computer_use_preview' }] }],
    ['tools[0].name', { tools: [{ type: 'function' }] }],
    ['tools[0].format.type', { tools: [{ type: 'custom', name: 'x', format: { type: 'grammar' } }] }],
    ['tools[0].name', { tools: [{ type: 'namespace', tools: [TOOL] }] }],
    ['tools[0].tools', { tools: [{ type: 'namespace', name: 'x' }] }],
    ['tools[0].tools[0].type', { tools: [{ type: 'namespace', name: 'x', tools: [{ type: 'mcp' }] }] }],
    ['tool_choice', { tools: [TOOL], tool_choice: 'any' }],
    ['tool_choice', { tool_choice: 1e308 }],
    ['tool_choice', { tools: [TOOL], tool_choice: { type: 'file_search' } }],
    ['tool_choice.name', { tools: [TOOL], tool_choice: { type: 'function' } }],
    ['text.format.type', { text: { format: { type: 'grammar' } } }],
    ['text.format.schema', { text: { format: { type: 'json_schema', name: 'x' } } }],
    ['text.verbosity', { text: { verbosity: 1 } }],
    ['reasoning.effort', { reasoning: { effort: 1 } }],
    ['reasoning', { reasoning: 'high' }],
    ['metadata', { metadata: { a: 1 } }],
    ['temperature', { temperature: 3 }],
    ['max_output_tokens', { max_output_tokens: 0 }],
    ['truncation', { truncation: 'middle' }],
    ['include', { include: 'all' }],
    ['stream', { stream: 'yes' }],
  ])('refuses %s: %j', async (param, fields) => {
    const reply = await ask(fields);
    const { error } = (await reply.json()) as { error: { message: string } };
    expect({ status: reply.status, error }).toMatchObject({
      status: 400,
      error: {
        type: 'invalid_request_error',
        param,
        code: expect.stringMatching(/^(invalid_request|unknown_parameter|limit_exceeded)$/),
      },
    });
    expect(error.message).toContain(param);
    expect(reply.headers.get('x-should-retry')).toBe('false');
    expect(service.emulator.stats().total.requests).toBe(0);
  });

  it('H11.10, A16: takes any input for what it is: an answer or a 400 that names a field, never a failure', async () => {
    const word = fc.constantFrom(
      'message',
      'function_call',
      'function_call_output',
      'reasoning',
      'custom_tool_call',
      'custom_tool_call_output',
      'item_reference',
      'user',
      'assistant',
      'system',
      'input_text',
      'input_image',
      'input_file',
      'output_text',
      'refusal',
      '__proto__',
      'constructor',
      'x',
    );
    const name = fc.constantFrom(
      'type',
      'role',
      'content',
      'text',
      'id',
      'call_id',
      'name',
      'arguments',
      'input',
      'output',
      'summary',
      'encrypted_content',
      'image_url',
      'detail',
      'file_data',
      'refusal',
      '__proto__',
      'constructor',
      'toString',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        word,
        fc.string({ unit: 'binary', maxLength: 5 }),
        fc.constantFrom(null, true, 0, -1, 1e9, 'parley1.', `parley1.${'W10'.repeat(3)}`),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 5 }),
      ),
    }));
    const item = fc.record(
      {
        type: word,
        role: word,
        content: value,
        summary: value,
        encrypted_content: value,
        call_id: value,
        name: value,
        arguments: value,
        output: value,
        input: value,
      },
      { requiredKeys: [] },
    );
    const input = fc.oneof(value, fc.array(fc.oneof(item, value), { minLength: 1, maxLength: 4 }));
    await fc.assert(
      fc.asyncProperty(input, value, value, value, async (hostile, tools, choice, text) => {
        const reply = await ask({ input: hostile, tools, tool_choice: choice, text });
        const { error } = (await reply.json()) as { error: { param: string | null } | null };
        if (reply.status === 200) expect(error).toBeNull();
        else
          expect({ status: reply.status, error }).toMatchObject({
            status: 400,
            error: { param: expect.any(String) },
          });
      }),
      { numRuns: 300 },
    );
  });
});
