import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../common/access.decorator.js';
import { Problem } from '../common/problem.js';
import { PageFiles } from './page-files.js';
import { sendPageFile } from './send-page-file.js';

/** The page's files. Their names contain a hash of their content, so they never change. */
@ApiExcludeController()
@Access('public')
@Controller('assets')
export class PageController {
  constructor(private readonly files: PageFiles) {}

  @Get(':name')
  async file(@Param('name') name: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const file = await this.files.get(`assets/${name}`);
    if (!file)
      throw new Problem({
        status: 404,
        code: 'not_found',
        detail: 'The page has no file of this name. Reload it.',
      });
    sendPageFile(file, 'public, max-age=31536000, immutable', request, response);
  }
}
