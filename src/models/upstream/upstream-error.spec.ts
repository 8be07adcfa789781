import fc from 'fast-check';
import { upstreamError } from './upstream-error.js';

/** The error in the API's format, with its status in both places. */
function api(status: number, error: Record<string, unknown> = {}, retryAfterMs?: number) {
  return upstreamError({ status, body: { error: { code: status, message: 'x', ...error } }, retryAfterMs });
}

const inBody = (error: unknown) => upstreamError({ status: 200, body: { error } });
const html = '<!DOCTYPE html><html><title>example.com | Error</title></html>';

describe('upstreamError', () => {
  describe('by status', () => {
    it.each([
      [400, 'upstream_invalid_request', 400],
      [401, 'upstream_auth', 502],
      [402, 'upstream_out_of_credit', 503],
      [403, 'content_rejected', 403],
      [404, 'model_not_found', 404],
      [408, 'upstream_timeout', 504],
      [409, 'upstream_conflict', 502],
      [412, 'upstream_invalid_request', 400],
      [413, 'upstream_payload_too_large', 413],
      [422, 'upstream_invalid_request', 400],
      [429, 'upstream_rate_limited', 429],
      [499, 'upstream_invalid_request', 400],
      [500, 'upstream_bad_response', 502],
      [502, 'upstream_bad_response', 502],
      [503, 'upstream_unavailable', 503],
      [504, 'upstream_timeout', 504],
      [520, 'upstream_bad_response', 502],
      [521, 'upstream_unavailable', 503],
      [522, 'upstream_timeout', 504],
      [523, 'upstream_unavailable', 503],
      [524, 'upstream_timeout', 504],
      [525, 'upstream_bad_response', 502],
      [526, 'upstream_bad_response', 502],
      [529, 'upstream_unavailable', 503],
    ])('%d from the API is %s', (status, code, ours) => {
      const error = api(status);
      expect(error.code).toBe(code);
      expect(error.getStatus()).toBe(ours);
      expect(error.upstreamStatus).toBe(status);
      expect(error.slugGone).toBe(false);
    });

    it.each([
      [200, 'upstream_bad_response'],
      [302, 'upstream_bad_response'],
      [400, 'upstream_bad_response'],
      [401, 'upstream_auth'],
      [403, 'upstream_bad_response'],
      [404, 'upstream_bad_response'],
      [408, 'upstream_timeout'],
      [413, 'upstream_payload_too_large'],
      [429, 'upstream_rate_limited'],
      [502, 'upstream_bad_response'],
      [503, 'upstream_unavailable'],
      [524, 'upstream_timeout'],
    ])('%d with HTML, which is not the API speaking, is %s (U16, U17)', (status, code) => {
      expect(upstreamError({ status, body: html })).toMatchObject({ code, upstreamStatus: status });
      expect(upstreamError({ status, body: undefined }).code).toBe(code);
    });
  });

  describe('the position of the status', () => {
    it('reads the error of a reply that HTTP calls a success (U21)', () => {
      expect(inBody({ code: 429 })).toMatchObject({ code: 'upstream_rate_limited', upstreamStatus: 429 });
      expect(inBody({ code: '503' })).toMatchObject({ code: 'upstream_unavailable', upstreamStatus: 503 });
      expect(inBody({ code: 'server_error' })).toMatchObject({
        code: 'upstream_bad_response',
        upstreamStatus: 200,
        upstreamCode: 'server_error',
      });
      expect(inBody('Rate limited').code).toBe('upstream_bad_response');
    });

    it('reads the error of a chunk in the middle of a stream (U29)', () => {
      const choices = [{ index: 0, delta: { content: '' }, finish_reason: 'error' }];
      const body = {
        error: { code: 502, message: 'x', metadata: { error_type: 'provider_overloaded' } },
        choices,
      };
      expect(upstreamError({ status: 200, body })).toMatchObject({
        code: 'upstream_unavailable',
        upstreamStatus: 502,
      });
    });

    it('reads the error of a choice', () => {
      const choices = [{ finish_reason: 'error', error: { code: 408, message: 'x' } }];
      expect(upstreamError({ status: 200, body: { choices } }).code).toBe('upstream_timeout');
    });

    it('reads JSON sent as text, and an error that is not wrapped', () => {
      expect(upstreamError({ status: 500, body: '{"error":{"code":429}}' }).code).toBe(
        'upstream_rate_limited',
      );
      expect(upstreamError({ status: 200, body: { code: 401, message: 'x' } }).code).toBe('upstream_auth');
    });

    it('prefers code, then http_status, then HTTP, if they are error statuses', () => {
      const status = (error: Record<string, unknown>) =>
        upstreamError({ status: 500, body: { error } }).upstreamStatus;
      expect(status({ code: 429, http_status: 503 })).toBe(429);
      expect(status({ code: 'word', http_status: 503 })).toBe(503);
      expect(status({ code: 400 })).toBe(400);
      expect(status({ code: 599 })).toBe(599);
      for (const code of [200, 399, 600, 0, -1, 429.5, NaN, '5000', ' 429', '42', '', null, {}, true])
        expect(status({ code })).toBe(500);
    });

    it.each([
      ['payment_required', 402, 'upstream_out_of_credit'],
      ['permission_denied', 403, 'content_rejected'],
      ['invalid_request', 400, 'upstream_invalid_request'],
      ['invalid_request_error', 400, 'upstream_invalid_request'],
      ['invalid_prompt', 400, 'upstream_invalid_request'],
      ['max_tokens_exceeded', 400, 'upstream_invalid_request'],
      ['precondition_failed', 412, 'upstream_invalid_request'],
      ['unprocessable', 422, 'upstream_invalid_request'],
    ])('uses the general word %s as %d only if there is no number', (word, status, code) => {
      expect(inBody({ metadata: { error_type: word } })).toMatchObject({ code, upstreamStatus: status });
      expect(inBody({ code: 500, metadata: { error_type: word } }).upstreamStatus).toBe(500);
      expect(api(503, { code: word }).code).toBe('upstream_unavailable');
      expect(api(400, { code: word }).upstreamStatus).toBe(400);
    });
  });

  describe('by word, before status', () => {
    it.each([
      ['context_length_exceeded', 'context_length_exceeded'],
      ['token_limit_exceeded', 'context_length_exceeded'],
      ['string_too_long', 'context_length_exceeded'],
      ['content_policy_violation', 'content_rejected'],
      ['content_filter', 'content_rejected'],
      ['refusal', 'content_rejected'],
      ['authentication', 'upstream_auth'],
      ['authentication_error', 'upstream_auth'],
      ['invalid_api_key', 'upstream_auth'],
      ['rate_limit_exceeded', 'upstream_rate_limited'],
      ['provider_overloaded', 'upstream_unavailable'],
      ['provider_unavailable', 'upstream_unavailable'],
      ['overloaded_error', 'upstream_unavailable'],
      ['timeout', 'upstream_timeout'],
      ['payload_too_large', 'upstream_payload_too_large'],
      ['not_found', 'model_not_found'],
    ])('%s is %s', (word, code) => {
      for (const error of [
        { metadata: { error_type: word } },
        { error_type: word },
        { code: word },
        { type: word },
        { metadata: { provider_code: word } },
      ])
        expect(upstreamError({ status: 500, body: { error } })).toMatchObject({ code, upstreamCode: word });
    });

    it.each([
      ['model_not_found', 400, 'model_not_found', true],
      ['wrong_endpoint', 400, 'model_not_found', true],
      ['no_endpoints', 404, 'model_not_found', true],
      ['model_deprecated', 404, 'model_not_found', true],
      ['model_unavailable_upstream', 404, 'model_not_found', true],
      ['region_restricted', 403, 'model_not_found', true],
      ['privacy_restricted', 404, 'model_not_found', true],
      ['free_variant_ended', 404, 'model_not_found', true],
      ['constraint_filtered', 404, 'model_not_found', false],
      ['capacity_exhausted', 429, 'upstream_rate_limited', false],
      ['temporarily_unavailable', 503, 'upstream_unavailable', false],
    ])('availability %s (%d) is %s, slug gone: %s', (word, http_status, code, slugGone) => {
      const body = { error: { error_type: 'invalid_request', http_status, availability: { code: word } } };
      const error = upstreamError({ status: http_status, body });
      expect(error).toMatchObject({ code, slugGone, upstreamCode: word });
      expect(api(500, { availability: { code: word } })).toMatchObject({ code, slugGone });
    });

    it('waits as long as `availability` says, unless the header differs', () => {
      const error = { availability: { code: 'temporarily_unavailable', retry_after: 7 } };
      expect(api(503, error).retryAfterMs).toBe(7_000);
      expect(api(503, error, 2_000).retryAfterMs).toBe(2_000);
      for (const retry_after of [-1, Infinity, NaN, '7', null])
        expect(api(503, { availability: { retry_after } }).retryAfterMs).toBeUndefined();
      expect(api(503, { availability: { retry_after: 0 } }).retryAfterMs).toBe(0);
    });
  });

  describe('money', () => {
    it.each([
      'insufficient_quota',
      'insufficient_credits',
      'credit_balance_exhausted',
      'billing_hard_limit_reached',
      'billing_not_active',
      'organization_spend_limit_exceeded',
      'user_spend_limit_exceeded',
    ])('does not wait on a 429 for %s (F13)', (word) => {
      const error = api(429, { code: word, metadata: { error_type: 'rate_limit_exceeded' } }, 5_000);
      expect(error.code).toBe('upstream_out_of_credit');
      expect(error.retryAfter).toBeUndefined();
      expect(error.policy).toMatchObject({ retry: false, fallback: 'elsewhere', breaker: 'none' });
    });

    it.each([
      'not_insufficient_quota',
      'insufficient_quotas',
      'spend_limit_exceeded_soon',
      '_spend_limit_exceeded',
    ])('still waits for %s, which only looks alike', (word) => {
      expect(api(429, { code: 429, type: word }).code).toBe('upstream_rate_limited');
    });

    it.each([
      ['Retry-After and the in-flight budget', 3_000, 'openrouter_in_flight_budget', 'upstream_budget_busy'],
      ['the in-flight budget alone', undefined, 'openrouter_in_flight_budget', 'upstream_out_of_credit'],
      ['Retry-After alone', 3_000, undefined, 'upstream_out_of_credit'],
      ['Retry-After and another budget', 3_000, 'openrouter_key_limit', 'upstream_out_of_credit'],
      ['neither', undefined, undefined, 'upstream_out_of_credit'],
    ])('402 with %s', (_name, retryAfterMs, limit_source, code) => {
      const error = api(402, { metadata: { limit_source, error_type: 'payment_required' } }, retryAfterMs);
      expect(error.code).toBe(code);
      expect(error.retryAfter).toBe(code === 'upstream_budget_busy' ? 3 : undefined);
    });
  });

  describe('403', () => {
    it.each([
      ['Request blocked: prompt injection patterns detected', 'content_rejected'],
      ['Key limit exceeded (total limit). Manage it', 'upstream_out_of_credit'],
      ['Guardrail budget reached', 'upstream_out_of_credit'],
      ['Monthly quota used', 'upstream_out_of_credit'],
      ['Insufficient credits for this', 'upstream_out_of_credit'],
      ['Add more credits', 'upstream_out_of_credit'],
      ['Only management keys can perform this operation', 'upstream_auth'],
      ['You lack permission', 'upstream_auth'],
      ['You are not authorized', 'upstream_auth'],
      ['Not allowed', 'upstream_auth'],
      ['This API key is disabled', 'upstream_auth'],
    ])('%s', (message, code) => {
      expect(api(403, { message }).code).toBe(code);
    });

    it.each([{ reasons: ['limit exceeded'] }, { flagged_input: 'my credit limit exceeded' }])(
      'is a content error if there is a moderation: %j',
      (metadata) => {
        expect(api(403, { message: 'Budget of permission', metadata }).code).toBe('content_rejected');
      },
    );
  });

  describe('by message, if there is nothing better', () => {
    it.each([
      'mistralai/nope is not a valid model ID',
      'No endpoints found for mistralai/mistral-7b-instruct.',
      'No endpoints found matching your data policy',
      'Model not found',
      'This model is deprecated',
      'The model has been deprecated',
    ])('sets the slug aside: %s', (message) => {
      for (const status of [400, 404])
        expect(api(status, { message })).toMatchObject({ code: 'model_not_found', slugGone: true });
      for (const status of [422, 500]) expect(api(status, { message }).slugGone).toBe(false);
    });

    it('keeps a slug that cannot serve this request only', () => {
      const error = api(404, {
        message: 'No endpoints found that support tool use',
        metadata: { error_type: 'not_found' },
      });
      expect(error).toMatchObject({ code: 'model_not_found', slugGone: false });
      expect(error.detail).toContain('tools or images');
    });

    it.each([
      "This model's maximum context length is 8192 tokens",
      'exceeds the context window',
      'over the maximum context of the model',
      'prompt is too long: 200001 tokens > 200000 maximum',
      'Input is too long for requested model',
      'Too many tokens',
    ])('recognises a conversation that is too long (U28): %s', (message) => {
      for (const status of [400, 413, 422])
        expect(api(status, { message }).code).toBe('context_length_exceeded');
      expect(api(429, { message }).code).toBe('upstream_rate_limited');
      expect(api(500, { message }).code).toBe('upstream_bad_response');
    });

    it('reads plain text as the message', () => {
      const body = { error: 'No endpoints found for x.' };
      expect(upstreamError({ status: 404, body }).slugGone).toBe(true);
    });

    it('searches the nested message of the provider', () => {
      const raw = '{"error":{"message":"maximum context length is 8192"}}';
      expect(api(400, { metadata: { raw } }).code).toBe('context_length_exceeded');
      expect(api(400, { message: `${'x'.repeat(4096)}context length` }).code).toBe(
        'upstream_invalid_request',
      );
    });
  });

  describe('bodies of other providers', () => {
    it.each([
      // github.com/vllm-project/vllm/issues/3485
      [
        'vLLM',
        404,
        { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError', code: 404 },
        ['model_not_found', true],
      ],
      // openai/openai.go of Ollama: "model … not found, try pulling it first"
      [
        'Ollama',
        404,
        { error: { message: 'model "x" not found, try pulling it first', type: 'api_error', code: null } },
        ['model_not_found', true],
      ],
      // console.groq.com/docs/deprecations
      [
        'Groq',
        400,
        { error: { message: 'x', type: 'invalid_request_error', code: 'model_decommissioned' } },
        ['model_not_found', true],
      ],
      // github.com/elastic/elasticsearch/pull/128538
      [
        'Mistral',
        400,
        { object: 'error', message: 'Invalid model: x', type: 'invalid_model', code: '1500' },
        ['model_not_found', true],
      ],
      // github.com/editor-code-assistant/eca/issues/231
      [
        'Mistral',
        422,
        {
          object: 'error',
          message: { detail: [{ type: 'extra_forbidden' }] },
          type: 'invalid_request_error',
        },
        ['upstream_invalid_request', false],
      ],
      ['Mistral', 401, { message: 'Unauthorized', request_id: 'a580' }, ['upstream_auth', false]],
      [
        'Mistral',
        429,
        { object: 'error', message: 'x', type: 'service_tier_capacity_exceeded', code: '3505' },
        ['upstream_rate_limited', false],
      ],
      // api-docs.deepseek.com/quick_start/error_codes
      [
        'DeepSeek',
        402,
        { error: { message: 'Insufficient Balance', type: 'unknown_error', code: 'invalid_request_error' } },
        ['upstream_out_of_credit', false],
      ],
      // tools/server of llama.cpp: format_error_response
      [
        'llama.cpp',
        400,
        { error: { code: 400, message: 'x', type: 'exceed_context_size_error', n_ctx: 4096 } },
        ['context_length_exceeded', false],
      ],
      [
        'llama.cpp',
        503,
        { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } },
        ['upstream_unavailable', false],
      ],
      // platform.openai.com/docs/guides/error-codes
      [
        'OpenAI',
        429,
        { error: { message: 'x', type: 'insufficient_quota', param: null, code: 'insufficient_quota' } },
        ['upstream_out_of_credit', false],
      ],
    ])('%s, %i: %j', (_name, status, body, [code, slugGone]) => {
      expect(upstreamError({ status, body })).toMatchObject({ code, slugGone });
    });
  });

  describe('what it passes on', () => {
    it.each([
      'sk_or_v1_0123456789',
      'sk-or-v-abc',
      'See https://example.com',
      'Two words',
      'a'.repeat(41),
      '_a',
      'a__b',
      '',
    ])('drops an upstream code that is more than a word: %j', (code) => {
      expect(api(400, { code, type: 'plain_word' }).upstreamCode).toBe('plain_word');
      expect(api(400, { code }).upstreamCode).toBeUndefined();
    });

    it('keeps the longest word', () => {
      expect(api(400, { code: 'a'.repeat(40) }).upstreamCode).toBe('a'.repeat(40));
    });

    it('property: never throws for any body, and passes on no text of the upstream', () => {
      const canary = 'CANARY sk-or-v1-secret';
      const json = fc.letrec((tie) => ({
        value: fc.oneof(
          { maxDepth: 4 },
          fc.constantFrom<unknown>(canary, null, 0, -1, 429, '502', true, 'timeout', html),
          fc.array(tie('value'), { maxLength: 3 }),
          fc.dictionary(
            fc.constantFrom(
              'error',
              'code',
              'message',
              'metadata',
              'availability',
              'choices',
              'raw',
              'error_type',
            ),
            tie('value'),
            { maxKeys: 4 },
          ),
        ),
      })).value;
      fc.assert(
        fc.property(fc.integer({ min: 100, max: 999 }), json, fc.boolean(), (status, value, asText) => {
          const body = asText ? JSON.stringify(value) : value;
          const error = upstreamError({ status, body });
          const shown = JSON.stringify([error.message, error.getResponse(), Object.entries(error)]);
          expect(shown).not.toContain('CANARY');
          expect(shown).not.toContain('DOCTYPE');
        }),
        { numRuns: 1_000 },
      );
    });
  });
});
