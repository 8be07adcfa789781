import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { PageFiles } from './page-files.js';
import { sendPageFile } from './send-page-file.js';

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
@Controller()
export class ServiceInfoController {
  constructor(private readonly files: PageFiles) {}

  /** Name, version, and links to everything else; a browser gets the web page. */
  @ApiOkResponse({ type: ServiceInfoDto, example: INFO })
  @Get()
  async info(@Req() request: Request, @Res() response: Response): Promise<void> {
    response.vary('Accept');
    const page =
      request.accepts(['json', 'html']) === 'html' ? await this.files.get('index.html') : undefined;
    if (page) sendPageFile(page, 'no-cache', request, response);
    else response.json(INFO);
  }
}
