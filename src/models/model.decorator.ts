import { DiscoveryService } from '@nestjs/core';

export interface ModelDefinition {
  /** The value of `model` in requests: lower case letters, digits, dash, dot; unique in the service. */
  name: string;
  /** Name for people. */
  title: string;
  /** Upstream slugs in order of preference; the variable `<NAME>_UPSTREAM` replaces them. */
  upstream: readonly string[];
  /** Tokens of prompt and answer together, if known. */
  contextLength?: number;
}

/** Registers a ModelAdapter under a name: `@Model({ name: 'llama', title: 'Llama 3.1 8B', upstream: ['meta-llama/…'] })`. */
export const Model = DiscoveryService.createDecorator<ModelDefinition>();
