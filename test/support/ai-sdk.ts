import {
  APICallError,
  generateObject,
  generateText,
  Output,
  stepCountIs,
  streamText,
  tool,
  type LanguageModel,
} from 'ai';
import { z } from 'zod';
import { TestApp } from './test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

export const weatherTools = {
  get_weather: tool({
    description: 'The weather',
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => `Rain in ${city}.`,
  }),
};

/** A door of the service as one of the AI SDK's providers sees it. */
export class AiSdkDoor {
  service!: TestApp;

  /** @param provider makes a model of the address of the service; `settings` go with every call */
  constructor(
    private readonly provider: (url: string) => LanguageModel,
    private readonly settings: { readonly maxOutputTokens?: number } = {},
  ) {}

  model(): LanguageModel {
    return this.provider(this.service.url);
  }

  /** Registers the start and end of a service, and what holds for the AI SDK at every door. */
  itHolds(): void {
    beforeAll(async () => {
      this.service = await TestApp.start({ env: { RETRY_MAX_ATTEMPTS: '1' } });
    });

    beforeEach(() => {
      this.service.emulator.reset();
    });

    afterAll(() => this.service.stop());

    it('runs tools, whole and streamed', async () => {
      const options = {
        ...this.asked('Call get_weather.'),
        tools: weatherTools,
        stopWhen: stepCountIs(3),
      };
      const whole = await generateText(options);
      expect(whole.steps[0]!.toolResults[0]!.output).toMatch(/^Rain in /);
      expect(whole.text).toContain('emulator');
      const streamed = streamText(options);
      await streamed.consumeStream();
      expect((await streamed.steps)[0]!.toolResults[0]!.output).toMatch(/^Rain in /);
      expect(await streamed.text).toBe(whole.text);
    });

    it('generates objects', async () => {
      const schema = z.object({ city: z.string(), degrees: z.number() });
      // Deprecated, and what most programs out there still call.
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      const { object } = await generateObject({ ...this.asked('The weather?'), schema });
      expect(object).toEqual({ city: expect.any(String), degrees: 1 });
      const { output } = await generateText({
        ...this.asked('The weather?'),
        output: Output.object({ schema }),
      });
      expect(output).toEqual(object);
    });

    it('understands errors, before a stream and in it', async () => {
      this.service.emulator.always(LLAMA, { kind: 'status', status: 401 });
      const options = { ...this.asked('x'), maxRetries: 0 };
      const failure: unknown = await generateText(options).catch((error: unknown) => error);
      expect(APICallError.isInstance(failure)).toBe(true);
      expect(failure).toMatchObject({ statusCode: 502, message: expect.stringContaining('refused the key') });
      this.service.emulator.always(LLAMA, { kind: 'error-chunk', after: 2, code: 502 });
      const errors: unknown[] = [];
      const result = streamText({ ...options, onError: ({ error }) => void errors.push(error) });
      await result.consumeStream();
      expect(errors).toHaveLength(1);
      expect(await result.finishReason).toBe('error');
    });
  }

  private asked(prompt: string) {
    return { model: this.model(), prompt, ...this.settings };
  }
}
