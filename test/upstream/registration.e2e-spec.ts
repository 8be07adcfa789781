import { Module } from '@nestjs/common';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ModelAdapter } from '../../src/models/model.adapter.js';
import { ModelRegistry } from '../../src/models/model-registry.service.js';
import type { ChatEventBatch } from '../../src/models/model.types.js';
import { TestApp } from '../support/test-app.js';

const MODELS = join(__dirname, '../../src/models');

class ForgottenAdapter extends ModelAdapter {
  async *stream(): AsyncGenerator<ChatEventBatch> {
    yield await Promise.resolve([{ type: 'finish', reason: 'stop' }]);
  }
}

@Module({ providers: [ForgottenAdapter] })
class ForgottenModule {}

describe('Adapters that nobody could ask for', () => {
  let service: TestApp;

  beforeAll(async () => {
    service = await TestApp.start({ imports: [ForgottenModule] });
  });
  afterAll(() => service.stop());

  it('one without @Model is warned of at start', () => {
    const warnings = service.log.entries.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ fields }) => fields.message)).toEqual([
      expect.stringContaining('ForgottenAdapter extends ModelAdapter but has no @Model'),
    ]);
  });

  // A module that is not imported is never loaded, so only its file can tell of it.
  it('every adapter in a folder of src/models is registered', async () => {
    const registered = service.app.get(ModelRegistry).all.map(({ adapter }) => adapter.constructor);
    const files = readdirSync(MODELS, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.adapter.ts') && path !== 'model.adapter.ts',
    );
    for (const file of files) {
      const classes = Object.values((await import(join(MODELS, file))) as Record<string, object>);
      const abstract = classes.filter((each) =>
        registered.some((one) => one.prototype instanceof (each as never)),
      );
      expect({
        file,
        forgotten: classes.filter((each) => !registered.includes(each as never) && !abstract.includes(each)),
      }).toEqual({ file, forgotten: [] });
    }
  });
});
