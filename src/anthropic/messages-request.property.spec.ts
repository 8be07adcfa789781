import fc from 'fast-check';
import { BodyValidationPipe } from '../common/http/body-validation.pipe.js';
import { Problem } from '../common/problem.js';
import { MessagesRequestDto } from './dto/messages-request.dto.js';
import { fromMessages } from './messages-request.js';

const pipe = new BodyValidationPipe();
const TYPES = [
  ...['text', 'image', 'document', 'tool_use', 'tool_result', 'thinking', 'search_result', 'base64', 'url'],
  ...['content', 'file', 'enabled', 'disabled', 'auto', 'any', 'tool', 'json_schema', 'web_search_20250305'],
];
const FIELDS = [
  ...Object.keys(new MessagesRequestDto()),
  ...['type', 'text', 'source', 'data', 'media_type', 'url', 'content', 'input', 'name', 'id', 'tool_use_id'],
  ...[
    'is_error',
    'title',
    'role',
    'input_schema',
    'budget_tokens',
    'format',
    'schema',
    '__proto__',
    'constructor',
  ],
];

const anything = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, -1, 0.5, 1e300, '', ' ', 'user', 'assistant', '[object Object]'),
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom(...TYPES),
    fc.array(tie('json'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom(...FIELDS), tie('json')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries) as unknown),
  ),
})).json;
const block = fc
  .tuple(fc.constantFrom(...TYPES), fc.dictionary(fc.constantFrom(...FIELDS), anything, { maxKeys: 5 }))
  .map(([type, more]) => ({ ...more, type }));
const content = fc.oneof(fc.string(), fc.array(fc.oneof(block, anything), { maxLength: 3 }), anything);
const turn = fc.oneof(fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content }), anything);
const body = fc
  .record({
    messages: fc.array(turn, { maxLength: 3 }),
    more: fc.dictionary(fc.constantFrom(...FIELDS), anything, { maxKeys: 4 }),
  })
  .map(({ messages, more }): unknown => ({ model: 'llama', max_tokens: 5, messages, ...more }));

it('C9 makes a chat of any body, or a 400 that names the field', () => {
  let chats = 0;
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: body }, anything), (hostile) => {
      // As it comes off the wire: names like __proto__ are properties of their own.
      const plain = JSON.parse(JSON.stringify(hostile ?? null)) as unknown;
      try {
        const dto = pipe.transform(plain, {
          type: 'body',
          metatype: MessagesRequestDto,
        }) as MessagesRequestDto;
        const { request, pathOfMessage } = fromMessages(dto);
        chats++;
        for (const [index, message] of request.messages.entries()) {
          expect(['system', 'user', 'assistant', 'tool']).toContain(message.role);
          expect(pathOfMessage(index)).toMatch(/^(system|messages\[\d\])/);
          expect(message.role !== 'tool' || typeof message.tool_call_id === 'string').toBe(true);
        }
        expect(Object.values(request.options)).not.toContain(null);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
        expect((error as Problem).getStatus()).toBe(400);
      }
    }),
    { numRuns: 2000 },
  );
  expect(chats).toBeGreaterThan(20);
});
