import { Model } from '../model.decorator.js';
import { OpenRouterAdapter } from '../openrouter/openrouter.adapter.js';

@Model({
  name: 'mistral',
  title: 'Mistral',
  // Users of the older service know mistral-7b-instruct; OpenRouter seems to have retired it.
  upstream: ['mistralai/mistral-7b-instruct', 'mistralai/ministral-8b-2512', 'mistralai/mistral-nemo'],
  contextLength: 131_072,
})
export class MistralAdapter extends OpenRouterAdapter {}
