import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostileTexts } from './support/hostile-texts.js';
import { answered, ask, PageApp, PATIENCE_MS } from './support/page-app.js';

jest.setTimeout(2 * PATIENCE_MS);

/** faults.md A23, A24: what models and users write is shown, and does nothing. */
describe('hostile texts', () => {
  let app: PageApp;
  let canary: Server;
  let hits: string[];
  let address: string;

  beforeAll(async () => {
    hits = [];
    canary = createServer((request, response) => {
      hits.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
    app = await PageApp.start({ emulator: { firstTokenMs: 0, chunkMs: 0 } });
  });

  afterAll(async () => {
    await app.stop();
    canary.close();
  });

  it('neither run nor load anything, in the chat, the log or the figures (A23, A24)', async () => {
    const page = await app.open();
    const texts = hostileTexts(address);
    for (const [index, text] of texts.entries()) {
      app.service.emulator.answer('*', { text });
      await ask(page, `${index} ${text}`);
      await answered(page, index + 1);
    }
    expect(
      await page
        .locator(
          '.transcript :is(img, script, iframe, object, svg:not(.icon), style, form, base, link, meta)',
        )
        .count(),
    ).toBe(0);
    const anchors = await page.locator('.answer-text a').all();
    const links = await Promise.all(anchors.map((anchor) => anchor.getAttribute('href')));
    expect(links.filter((href) => !href?.startsWith('http://127.0.0.1'))).toEqual([]);
    await page.evaluate("location.hash = '#/log'");
    await page.locator('.row').nth(texts.length).waitFor();
    for (let row = 1; row <= texts.length; row++) {
      await page.locator(`#row-${row - 1}`).click();
      await page.locator('.detail .conversation').waitFor();
    }
    await page.evaluate("location.hash = '#/figures'");
    await page.locator('.chart canvas').first().waitFor();
    expect(page.misdeeds).toEqual({ dialogs: [], strangers: [], errors: [] });
    expect(hits).toEqual([]);
  });

  it('in the address are a filter like any other (A23)', async () => {
    const page = await app.open(
      `/log?q=${encodeURIComponent('"><img src=x onerror=alert(1)>')}&model=<script>alert(1)</script>`,
    );
    await page.getByText('No row matches').waitFor();
    expect(page.misdeeds).toEqual({ dialogs: [], strangers: [], errors: [] });
  });
});
