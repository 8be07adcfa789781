import { Controller, Get, Headers } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Access } from './common/access.decorator.js';
import type { IncomingHttpHeaders } from 'node:http';
import { basePathOf } from './common/http/base-path.js';
import { VERSION } from './common/version.js';
import { Settings } from './config/settings.js';

/** What answers at `GET /`. */
export class ServiceInfoDto {
  /** @example "parley" */
  name!: string;
  version!: string;
  /** Paths of the other routes. */
  links!: Record<string, string>;
}

const LINKS = {
  chat: '/chat',
  openai: '/v1/chat/completions',
  models: '/models',
  logs: '/logs',
  stats: '/logs/stats',
  health: '/health',
  docs: '/docs',
  openapi: '/docs-json',
};

@ApiTags('Service')
@Access('public')
@Controller()
export class ServiceInfoController {
  constructor(private readonly settings: Settings) {}

  /** Name, version, and links to everything else. */
  @ApiOkResponse({ type: ServiceInfoDto, example: serviceInfo('') })
  @Get()
  info(@Headers() headers: IncomingHttpHeaders): ServiceInfoDto {
    return serviceInfo(basePathOf(headers, this.settings.BASE_PATH));
  }
}

function serviceInfo(basePath: string): ServiceInfoDto {
  const links = Object.entries(LINKS).map(([name, path]) => [name, basePath + path]);
  return { name: 'parley', version: VERSION, links: Object.fromEntries(links) as Record<string, string> };
}
