import { Global, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import { loadSettings } from './load-settings.js';
import { Settings } from './settings.js';

/** Read when the application is created, not when this file is loaded, so that a test can boot several in one process. */
const settings = registerAs('settings', () => loadSettings(process.env));

@Global()
@Module({
  imports: [
    // Tests bring their whole environment; a developer's .env must not leak into them.
    NestConfigModule.forRoot({
      isGlobal: true,
      load: [settings],
      ignoreEnvFile: process.env.NODE_ENV === 'test',
    }),
  ],
  providers: [{ provide: Settings, useExisting: settings.KEY }],
  exports: [Settings],
})
export class ConfigModule {}
