import type { ChatRequest } from '../models/model.types.js';

/** Tools that the client runs. */
const OWN_TOOLS: readonly unknown[] = ['function', 'custom'];
/** Plugins that cost nothing beyond the tokens. */
const FREE_PLUGINS: readonly unknown[] = ['context-compression', 'response-healing'];
/** A `priority` costs a multiple of the catalogue's price. */
const USUAL_TIERS: readonly unknown[] = ['auto', 'default', 'flex'];

/** The field of a request whose cost is unknown beforehand; undefined if there is none. */
export function unpricedField({
  options: { tools },
  openRouterOptions: { plugins, web_search_options: search, service_tier: tier, modalities, prediction } = {},
}: Pick<ChatRequest, 'options' | 'openRouterOptions'>): string | undefined {
  const costs: Readonly<Record<string, boolean>> = {
    // Web search and similar tools, run by OpenRouter itself.
    tools: listOf(tools).some((tool) => !OWN_TOOLS.includes(fieldOf(tool, 'type'))),
    plugins: listOf(plugins).some((plugin) => !FREE_PLUGINS.includes(fieldOf(plugin, 'id'))),
    web_search_options: search !== undefined,
    service_tier: tier !== undefined && !USUAL_TIERS.includes(tier),
    modalities: listOf(modalities).some((modality) => modality !== 'text'),
    // All tokens of a wrong prediction are billed, in addition to those of the answer.
    prediction: prediction !== undefined,
  };
  return Object.keys(costs).find((field) => costs[field]);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
