import { Module } from '@nestjs/common';
import { PageFiles } from './page-files.js';
import { PageController } from './page.controller.js';
import { ServiceInfoController } from './service-info.controller.js';

/** `GET /` and the files of the web page, a separate program (src/page) that uses the public routes. */
@Module({
  controllers: [ServiceInfoController, PageController],
  providers: [PageFiles],
})
export class PageHostModule {}
