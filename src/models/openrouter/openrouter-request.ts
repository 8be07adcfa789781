import type { Settings } from '../../config/settings.js';
import type { ModelCall } from '../model.types.js';
import { withTokenLimit } from '../token-limit.js';

/** What every call to OpenRouter carries; `x-openrouter-title` names us in its lists of apps. */
export function openRouterHeaders({ OPENROUTER_API_KEY }: Settings): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${OPENROUTER_API_KEY}`,
    'content-type': 'application/json',
    accept: 'text/event-stream',
    // A compressed answer can be cut without any error, and a decoder is an attack surface (faults.md F1, F2).
    'accept-encoding': 'identity',
    'x-openrouter-title': 'Parley',
  };
}

/**
 * Always a stream, so that a client that leaves stops the spending (faults.md F12). Prompts are never shortened
 * behind the client's back: OpenRouter's context compression, on by default for small contexts, is off.
 */
const ALWAYS = JSON.stringify({
  stream: true,
  stream_options: { include_usage: true },
  plugins: [{ id: 'context-compression', enabled: false }],
});

/** @param maxOutput tokens that the slug can answer at most, as far as that is known: asked for more, some refuse */
export function openRouterBody(
  { upstreamModel, messages, options }: ModelCall,
  maxOutput?: number | null,
): string {
  // Not one literal with `...options` in it: 1 µs instead of 5. What is the same for all is encoded once.
  const own = JSON.stringify(
    Object.assign({}, withTokenLimit(options, maxOutput ?? Infinity), { model: upstreamModel, messages }),
  );
  return `${own.slice(0, -1)},${ALWAYS.slice(1)}`;
}
