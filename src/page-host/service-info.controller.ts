import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../common/access.decorator.js';
import { basePathOf } from '../common/http/base-path.js';
import { VERSION } from '../common/version.js';
import { Settings } from '../config/settings.js';
import { PageFiles } from './page-files.js';
import { ServiceInfoDto } from './dto/service-info.dto.js';
import { sendPageFile } from './send-page-file.js';

const LINKS = {
  chat: '/chat',
  openai: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
  embeddings: '/v1/embeddings',
  completions: '/v1/completions',
  openai_models: '/v1/models',
  models: '/models',
  logs: '/logs',
  stats: '/logs/stats',
  keys: '/keys',
  health: '/health',
  metrics: '/metrics',
  docs: '/docs',
  openapi: '/docs-json',
};

@ApiTags('Service')
@Access('public')
@Controller()
export class ServiceInfoController {
  constructor(
    private readonly files: PageFiles,
    private readonly settings: Settings,
  ) {}

  /**
   * What this service is
   * @remarks Name, version and the paths of the other routes. A request that accepts HTML gets the web page.
   */
  @ApiExtraModels(ServiceInfoDto)
  @ApiOkResponse({
    description: 'The service, or its page.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ServiceInfoDto) }, example: serviceInfo('') },
      'text/html': { schema: { type: 'string' } },
    },
  })
  @Get()
  async info(@Req() request: Request, @Res() response: Response): Promise<void> {
    response.vary('Accept');
    const page =
      request.accepts(['json', 'html']) === 'html' ? await this.files.get('index.html') : undefined;
    if (page) sendPageFile(page, 'no-cache', request, response);
    else response.json(serviceInfo(basePathOf(request.headers, this.settings.BASE_PATH)));
  }
}

function serviceInfo(basePath: string): ServiceInfoDto {
  const links = Object.entries(LINKS).map(([name, path]) => [name, basePath + path]);
  return { name: 'parley', version: VERSION, links: Object.fromEntries(links) as Record<string, string> };
}
