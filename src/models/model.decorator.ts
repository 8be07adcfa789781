import { DiscoveryService } from '@nestjs/core';

export interface ModelDefinition {
  /** What clients put into `model`: lower case letters, digits, dash, dot; unique in the service. */
  name: string;
  /** For people. */
  title: string;
  /** Upstream slugs in order of preference; `<NAME>_UPSTREAM` in the environment replaces them. */
  upstream: readonly string[];
  /** Tokens of prompt and answer together, where known. */
  contextLength?: number;
}

/** Registers a ModelAdapter under a name: `@Model({ name: 'llama', title: 'Llama 3.1 8B', upstream: ['meta-llama/…'] })`. */
export const Model = DiscoveryService.createDecorator<ModelDefinition>();
