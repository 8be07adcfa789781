// What the page takes: node test/bench/page-speed.mjs, after npm run build. Figures on stdout; some 40 seconds.
// The service runs over a log of 10,000 rows in front of the emulator; the browser is the one of the tests.
import { readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Emulator } from '../../dist/emulator/emulator.js';
import { parley } from './candidates.mjs';
import { launchBrowser } from '../page/support/browser.mjs';
import { writeSampleLog } from '../page/sample-log.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ROWS = 10_000;
const ROW_PX = 44;
const COLD_STARTS = 7;
const SCROLL_STEPS = 240;
const MODELS = ['one', 'two', 'three', 'four'];

const MODEL_VARIABLES = Object.fromEntries(
  MODELS.map((name) => [`MODEL_${name.toUpperCase()}`, `bench/${name}`]),
);

const LINE = '1. **An item** with `code`, [a link](https://example.org) and some words to read\n';

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const ms = (number) => `${Math.round(number)} ms`;
const spread = (numbers) => `median ${ms(median(numbers))}, longest ${ms(Math.max(...numbers))}`;

/** From the navigation of a browser without cache or session to a model that can be asked. */
async function firstViews(url) {
  const times = [];
  for (let start = 0; start < COLD_STARTS; start++) {
    const browser = await launchBrowser();
    const page = await browser.newPage();
    await page.goto(url, { waitUntil: 'commit' });
    await page.locator('.picked').waitFor();
    times.push(await page.evaluate('performance.now()'));
    await browser.close();
  }
  return times;
}

/** Collects the time from each press of a key or a button to the next frame (Event Timing), and long frames. */
const OBSERVE = `
  globalThis.events = [], globalThis.frames = [];
  new PerformanceObserver((list) => {
    for (const { interactionId, duration, name } of list.getEntries()) if (interactionId > 0) events.push({ duration, name });
  }).observe({ type: 'event', durationThreshold: 16, buffered: false });
  let last = performance.now();
  const frame = (now) => { frames.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);`;

async function interactions(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/#/chat`);
  await page.getByRole('button', { name: /^Model 1/ }).click();
  await page.locator('.menu-items:popover-open').getByRole('button', { name: MODELS[0] }).click();
  for (const name of MODELS.slice(1)) {
    await page.getByLabel('Compare with another model').click();
    await page.locator('.menu-items:popover-open').getByRole('button', { name }).click();
  }
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  await prompt.fill('Talk');
  await page.keyboard.press('Enter');
  await page.locator('.answer-text').nth(3).waitFor();
  await page.evaluate(OBSERVE);
  await prompt.pressSequentially('What is typed while four answers come.', { delay: 40 });
  for (let click = 0; click < 10; click++) {
    await page.getByRole('button', { name: 'Options' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await page.getByRole('button', { name: 'Close' }).click();
  }
  // Of all four, so that the figures hold for four streams.
  const running = await page.locator('.answer[aria-busy=true]').count();
  for (const view of ['Log', 'Figures', 'Chat', 'Models', 'Chat'])
    await page.getByRole('link', { name: view, exact: true }).click();
  await page.waitForTimeout(500);
  const { events, frames } = await page.evaluate('({ events, frames })');
  await page.close();
  return { events: events.map(({ duration }) => duration), frames, running };
}

async function scrolling(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/#/log`);
  await page.locator('#row-1').waitFor();
  const read = () => page.evaluate("document.querySelector('.rows-canvas').offsetHeight");
  while ((await read()) < ROWS * ROW_PX) {
    await page.evaluate("document.querySelector('.rows').scrollTop = 1e9");
    await page.waitForTimeout(20);
  }
  const cpu = await cpuClock(page);
  const before = await cpu();
  const times = await page.evaluate(`(async () => {
    const list = document.querySelector('.rows'), times = [];
    const nextFrame = () => new Promise(requestAnimationFrame);
    list.scrollTop = 0;
    await nextFrame(); await nextFrame();
    let last = performance.now();
    for (let step = 0; step < ${SCROLL_STEPS}; step++) {
      list.scrollTop += list.scrollHeight / ${SCROLL_STEPS};
      await nextFrame();
      times.push(performance.now() - last);
      last = performance.now();
    }
    return times;
  })()`);
  return { times, cpuMs: ((await cpu()) - before) / times.length };
}

/** CPU of the page's main thread so far, in ms: what other work on the machine does not blur. */
async function cpuClock(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
  };
}

function bundleBytes() {
  const folder = join(root, 'dist/page');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + gzipSync(readFileSync(join(parentPath, name))).length, 0);
}

const folder = mkdtempSync(join(tmpdir(), 'parley-page-speed-'));
const emulator = await Emulator.start({ firstTokenMs: 50, chunkMs: 10 });
for (const name of MODELS) emulator.answer(`bench/${name}`, { text: LINE.repeat(400) });
const log = join(folder, 'chat_logs.csv');
writeSampleLog(log, { rows: ROWS, hours: 240 });
const { server, port } = await parley(emulator, folder, 'page', {
  reporting: false,
  env: { CHAT_LOG_PATH: log, ...MODEL_VARIABLES },
});
const url = `http://127.0.0.1:${port}`;
try {
  console.log(`Bundle, gzipped: ${(bundleBytes() / 1000).toFixed(1)} KB (limit 100)`);
  console.log(
    `First view usable, ${COLD_STARTS} cold browsers: ${spread(await firstViews(url))} (limit 1000)`,
  );
  const browser = await launchBrowser();
  const { events, frames, running } = await interactions(browser, url);
  console.log(
    `Key or click to next frame, ${running} streams, ${events.length} events: ${spread(events)} (limit 100)`,
  );
  console.log(
    `Frames over 50 ms meanwhile: ${frames.filter((time) => time > 50).length} of ${frames.length}`,
  );
  const { times: scrolled, cpuMs } = await scrolling(browser, url);
  const slow = scrolled.filter((time) => time > 50).length;
  console.log(
    `Scrolling through ${ROWS} rows: ${slow} of ${scrolled.length} frames over 50 ms, ${spread(scrolled)}, CPU ${cpuMs.toFixed(1)} ms a frame`,
  );
  await browser.close();
} finally {
  await server.stop();
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
}
