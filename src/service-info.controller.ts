import { Controller, Get } from '@nestjs/common';

/** What answers at `GET /`. */
export class ServiceInfoDto {
  /** @example "parley" */
  name!: string;
  /** @example "0.1.0" */
  version!: string;
  /** Where to go from here. */
  links!: Record<string, string>;
}

export const VERSION = '0.1.0';

@Controller()
export class ServiceInfoController {
  /** Name, version, and links to everything else. */
  @Get()
  info(): ServiceInfoDto {
    return {
      name: 'parley',
      version: VERSION,
      links: {
        chat: '/chat',
        openai: '/v1/chat/completions',
        models: '/models',
        logs: '/logs',
        stats: '/logs/stats',
        health: '/health',
        docs: '/docs',
        openapi: '/docs-json',
      },
    };
  }
}
