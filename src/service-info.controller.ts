import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Access } from './common/access.decorator.js';

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

const INFO: ServiceInfoDto = {
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

@ApiTags('Service')
@Access('public')
@Controller()
export class ServiceInfoController {
  /** Name, version, and links to everything else. */
  @ApiOkResponse({ type: ServiceInfoDto, example: INFO })
  @Get()
  info(): ServiceInfoDto {
    return INFO;
  }
}
