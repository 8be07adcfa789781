import fc from 'fast-check';
import { BodyValidationPipe } from '../../common/http/body-validation.pipe.js';
import { Problem } from '../../common/problem.js';
import { TextCompletionRequestDto } from './text-completion-request.dto.js';
import { textLogprobs } from './text-logprobs.js';

const pipe = new BodyValidationPipe();
const json = fc.jsonValue({ maxDepth: 3 });
const fields = fc.dictionary(
  fc.constantFrom(...Object.keys(new TextCompletionRequestDto()), 'suffix', '__proto__', 'constructor'),
  fc.oneof(json, fc.constantFrom<unknown>(null, 1, true, 'x')),
  { maxKeys: 5 },
);
const prompt = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 2 }), json);
const body = fc.oneof(
  fc.tuple(prompt, fields).map(([text, more]): unknown => ({ model: 'llama', prompt: text, ...more })),
  json,
);

it('C9 takes one prompt, or tells a 400 that names the field, of any body', () => {
  let taken = 0;
  fc.assert(
    fc.property(body, (hostile) => {
      try {
        const metadata = { type: 'body', metatype: TextCompletionRequestDto } as const;
        const dto = pipe.transform(hostile, metadata) as TextCompletionRequestDto;
        taken++;
        expect([dto.prompt].flat()).toEqual([expect.stringMatching(/^[^]+$/)]);
        expect(dto.echo === true && dto.logprobs != null).toBe(false);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
        expect((error as Problem).getStatus()).toBe(400);
      }
    }),
    { numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(20);
});

it('U31 has as many of each figure as there are tokens, whatever the upstream sends', () => {
  fc.assert(
    fc.property(fc.oneof(fc.record({ content: fc.array(json) }), json), fc.nat(), (logprobs, offset) => {
      const told = textLogprobs(logprobs, offset);
      if (told === null) return;
      const { tokens, token_logprobs: probabilities, top_logprobs: others, text_offset: offsets } = told;
      expect(probabilities).toHaveLength(tokens.length);
      expect(offsets).toHaveLength(tokens.length);
      expect(others ?? tokens).toHaveLength(tokens.length);
      expect(offsets[0] ?? offset).toBe(offset);
    }),
  );
});
