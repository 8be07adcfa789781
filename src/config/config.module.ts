import { Global, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import { assertEnvFileIsReadable } from './env-file.js';
import { loadSettings } from './load-settings.js';
import { ModelVariables } from './model-variables.js';
import { Settings } from './settings.js';

// Tests set their whole environment; a developer's .env must not affect them.
const ignoreEnvFile = process.env.NODE_ENV === 'test';
if (!ignoreEnvFile) assertEnvFileIsReadable();

/** Read when the application is created, not when this file is loaded: tests start several in one process. */
const settings = registerAs('settings', () => loadSettings(process.env));

@Global()
@Module({
  imports: [NestConfigModule.forRoot({ isGlobal: true, load: [settings], ignoreEnvFile })],
  providers: [
    { provide: Settings, useExisting: settings.KEY },
    { provide: ModelVariables, useFactory: () => new ModelVariables(process.env) },
  ],
  exports: [Settings, ModelVariables],
})
export class ConfigModule {}
