import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Type } from '@nestjs/common';
import type { Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppModule } from '../../src/app.module.js';
import { configureApp } from '../../src/app.js';
import { FastExpressAdapter } from '../../src/common/http/express.adapter.js';
import { Settings } from '../../src/config/settings.js';
import { Emulator } from '../../src/emulator/emulator.js';
import type { EmulatorOptions } from '../../src/emulator/options.js';
import { CapturedLog } from './process-log.js';
import { readRows, type CsvRow } from './read-rows.js';

/** The secret of the tests: it may turn up nowhere but in the Authorization header that the upstream gets. */
export const CANARY_KEY = 'sk-or-test-canary';

export interface TestAppOptions {
  /** Environment variables over those that the harness sets. */
  env?: Record<string, string>;
  emulator?: Partial<EmulatorOptions>;
  /** Modules beside AppModule, e.g. one more model. */
  imports?: Type[];
  /** An upstream in place of the emulator. */
  upstreamUrl?: string;
}

/** The real AppModule on a free port, in front of an emulator on another, with a log in a folder of its own. */
export class TestApp {
  url = '';

  private constructor(
    readonly app: NestExpressApplication,
    readonly emulator: Emulator,
    readonly folder: string,
    /** What went to the process log. */
    readonly log: CapturedLog,
    private readonly restoreEnvironment: () => void,
  ) {}

  static async start(options: TestAppOptions = {}): Promise<TestApp> {
    const emulator = await Emulator.start(options.emulator);
    const folder = await mkdtemp(join(tmpdir(), 'parley-test-'));
    const restore = setEnvironment({
      OPENROUTER_API_KEY: CANARY_KEY,
      OPENROUTER_BASE_URL: options.upstreamUrl ?? emulator.url,
      CHAT_LOG_PATH: join(folder, 'chat_logs.csv'),
      HOST: '127.0.0.1',
      PORT: '0',
      // The upstream gets chats only, unless a test is about the catalogue.
      CATALOGUE_REFRESH_MS: '0',
      ...options.env,
    });
    const builder: TestingModuleBuilder = Test.createTestingModule({
      imports: [AppModule, ...(options.imports ?? [])],
    });
    const log = new CapturedLog();
    const module = await builder.compile().catch(async (error: unknown) => {
      restore();
      await emulator.close();
      throw error;
    });
    const app = module.createNestApplication<NestExpressApplication>(new FastExpressAdapter(), {
      bodyParser: false,
      logger: log,
    });
    const service = new TestApp(app, emulator, folder, log, restore);
    try {
      await configureApp(app).listen(0, '127.0.0.1');
    } catch (error) {
      await service.stop();
      throw error;
    }
    service.url = await app.getUrl();
    return service;
  }

  get server(): Server {
    return this.app.getHttpServer();
  }

  /** The live ones: a test may shorten a clock. */
  get settings(): Settings {
    return this.app.get(Settings);
  }

  get logPath(): string {
    return join(this.folder, 'chat_logs.csv');
  }

  /** The rows of the log, read by csv-parse: a reader that is not ours. */
  rows(): Promise<CsvRow[]> {
    return readRows(this.logPath);
  }

  post(path: string, body: unknown, init: RequestInit = {}): Promise<Response> {
    return fetch(this.url + path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...init,
      headers: { 'content-type': 'application/json', ...(init.headers as Record<string, string>) },
    });
  }

  get(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.url + path, init);
  }

  async stop(): Promise<void> {
    // After an abort, fetch keeps a new connection in reserve, which Node takes for busy until its first request.
    this.app.getHttpServer().closeAllConnections();
    await this.app.close();
    await this.emulator.close();
    this.restoreEnvironment();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function setEnvironment(variables: Record<string, string>): () => void {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  return () => {
    process.env = before;
  };
}
