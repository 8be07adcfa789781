import fc from 'fast-check';
import { BodyValidationPipe } from '../../common/http/body-validation.pipe.js';
import { Problem } from '../../common/problem.js';
import { EmbeddingsRequestDto } from './embeddings-request.dto.js';

const pipe = new BodyValidationPipe();
const json = fc.jsonValue({ maxDepth: 3 });
const input = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 3 }), json);
const body = fc.oneof(
  fc.record({
    model: fc.constant('llama'),
    input,
    encoding_format: fc.oneof(fc.constantFrom('float', 'base64', null), json),
    dimensions: fc.oneof(fc.constantFrom(1, 64, null), json),
  }),
  fc.dictionary(
    fc.constantFrom(...Object.keys(new EmbeddingsRequestDto()), '__proto__', 'constructor'),
    json,
  ),
  json,
);

it('C9 takes texts, or tells a 400 that names the field, of any body', () => {
  let taken = 0;
  fc.assert(
    fc.property(body, (hostile) => {
      try {
        const metadata = { type: 'body', metatype: EmbeddingsRequestDto } as const;
        const { input: texts } = pipe.transform(hostile, metadata) as EmbeddingsRequestDto;
        taken++;
        for (const text of [texts].flat()) expect(typeof text === 'string' && text !== '').toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
        expect((error as Problem).getStatus()).toBe(400);
      }
    }),
    { numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(20);
});
