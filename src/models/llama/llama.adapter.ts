import { Model } from '../model.decorator.js';
import { OpenRouterAdapter } from '../openrouter/openrouter.adapter.js';

@Model({
  name: 'llama',
  title: 'Llama 3.1 8B Instruct',
  upstream: ['meta-llama/llama-3.1-8b-instruct'],
  contextLength: 131_072,
})
export class LlamaAdapter extends OpenRouterAdapter {}
