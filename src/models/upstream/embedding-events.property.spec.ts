import fc from 'fast-check';
import { ModelError } from '../model.errors.js';
import { embeddingEvents } from './embedding-events.js';
import { GenerationId } from './usage.js';

const embedding = fc.oneof(
  fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 4 }),
  fc.array(fc.oneof(fc.string(), fc.constant(null), fc.integer()), { maxLength: 4 }),
  fc.base64String({ maxLength: 24 }),
  fc.anything(),
);
const entry = fc.oneof(
  fc.record({ index: fc.oneof(fc.nat(4), fc.anything()), embedding }),
  fc.record({ embedding }),
  fc.anything(),
);
const body = fc.oneof(
  fc.record({ data: fc.array(entry, { maxLength: 4 }), usage: fc.anything(), id: fc.anything() }),
  fc.anything(),
);

it('U29 returns a vector for each text or our own error, whatever the upstream sends', () => {
  fc.assert(
    fc.property(body, fc.integer({ min: 1, max: 4 }), (sent, inputs) => {
      try {
        const events = embeddingEvents(sent, inputs, new GenerationId());
        const vectors = events.flatMap((event) =>
          event.type === 'delta' ? (event.extras?.embeddings ?? []) : [],
        );
        expect(vectors).toHaveLength(inputs);
        for (const vector of vectors)
          if (typeof vector === 'string') expect(Buffer.from(vector, 'base64').length % 4).toBe(0);
          else expect(vector.length > 0 && vector.every(Number.isFinite)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError);
      }
    }),
    { numRuns: 2000 },
  );
});
