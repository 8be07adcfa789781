import type { Page } from 'playwright-core';
import { Catalogue } from '../../src/models/openrouter/catalogue.service.js';
import { json } from '../support/json.js';
import { until } from '../support/until.js';
import { answered, ask, PageApp, PATIENCE_MS } from './support/page-app.js';

jest.setTimeout(2 * PATIENCE_MS);

const ADMIN = 'admin-canary-0123456789-0123456789';

describe('with keys', () => {
  let app: PageApp;

  beforeAll(async () => {
    app = await PageApp.start({ env: { ADMIN_KEY: ADMIN, CATALOGUE_REFRESH_MS: '900000' } });
  });

  beforeEach(() => {
    app.service.emulator.reset();
  });

  afterAll(() => app.stop());

  const api = (key: string, path: string, method = 'GET', body?: object): Promise<Response> =>
    fetch(app.service.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  const made = async (terms: object): Promise<string> =>
    (await json(await api(ADMIN, '/keys', 'POST', { name: 'made', ...terms }))).key as string;
  const enter = async (page: Page, key: string): Promise<void> => {
    await page.locator('input[type=password]').fill(key);
    await page.getByRole('button', { name: 'Use this key' }).click();
  };
  const opened = async (key: string, fragment = '/chat') => {
    const page = await app.open(fragment);
    await enter(page, key);
    await page.getByRole('dialog', { name: 'This service asks for a key' }).waitFor({ state: 'detached' });
    return page;
  };

  it('asks for a key once, says when it was not accepted, and keeps it in this tab', async () => {
    const page = await app.open();
    await enter(page, 'parley_mistyped');
    await page.getByText('The key was not accepted.').waitFor();
    await page.locator('input[type=password]').fill(ADMIN);
    await page.keyboard.press('Enter');
    await page.locator('.picked').waitFor();
    await ask(page, 'Am I in?');
    await answered(page);
    await page.reload();
    await page.locator('.picked').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).not.toContain(ADMIN);
    const another = await page.context().newPage();
    await another.goto(`${app.service.url}/`);
    await another.locator('input[type=password]').waitFor();
  });

  it('makes a key with limits, shows its secret once, and what it uses', async () => {
    const page = await opened(ADMIN, '/keys');
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog', { name: 'New key' });
    await dialog.getByLabel('Name').fill('alice');
    await dialog.getByLabel('llama').check();
    await dialog.getByLabel('Chats a minute').fill('60');
    await dialog.getByLabel('Budget, US dollars').fill('5/day');
    await dialog.getByRole('button', { name: 'Make the key' }).click();
    const secret = await page.locator('.secret code').textContent();
    expect(secret).toMatch(/^parley_\w{12}_\w{43}$/);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect(await page.content()).not.toContain(secret);
    const row = page.getByRole('row', { name: /alice/ });
    expect(await row.textContent()).toContain('llama');
    app.service.emulator.answer('*', { text: 'Dear.', cost: 1 });
    expect((await api(secret!, '/chat', 'POST', { model: 'llama', prompt: 'Hello' })).status).toBe(200);
    await page.reload();
    await page.getByText('$1.00 of $5 a day').waitFor();
    expect(await row.textContent()).toContain('1 of 60 chats a minute');
    expect(await row.getByRole('img').getAttribute('aria-label')).toBe('alice has used 20 % of its budget');
  });

  it('shows the rows of a key, and lets its holder ask the models it may', async () => {
    const secret = await made({ name: 'carol', models: ['mistral'] });
    await (await api(ADMIN, '/chat', 'POST', { model: 'llama', prompt: 'Of somebody else' })).text();
    const holder = await opened(secret);
    await holder.getByRole('button', { name: 'Model 1: mistral' }).waitFor();
    expect(await holder.getByLabel('Compare with another model').count()).toBe(0);
    await ask(holder, 'Of the key');
    await answered(holder);
    const page = await opened(ADMIN, '/keys');
    await page.getByLabel('Actions for carol').click();
    await page.getByRole('link', { name: 'Its rows' }).click();
    await page.locator('#row-0', { hasText: 'Of the key' }).waitFor();
    expect(await page.locator('#row-1').count()).toBe(0);
    await page.getByRole('button', { name: 'Rows of all keys' }).click();
    await page.locator('#row-1').waitFor();
  });

  it('lets no button of a dialog cover a field', async () => {
    const page = await opened(ADMIN, '/keys');
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog', { name: 'New key' });
    const lastField = (await dialog.getByLabel('Expires').boundingBox())!;
    const button = (await dialog.getByRole('button', { name: 'Cancel' }).boundingBox())!;
    expect(button.y).toBeGreaterThanOrEqual(lastField.y + lastField.height);
    expect((await dialog.boundingBox())!.width).toBeLessThanOrEqual(480);
  });

  it('changes limits, gives a new secret, and revokes', async () => {
    const first = await made({ name: 'bob', rpm: 5 });
    const page = await opened(ADMIN, '/keys');
    const row = page.getByRole('row', { name: /bob/ });
    const action = async (name: string): Promise<void> => {
      await row.getByLabel('Actions for bob').click();
      await page.locator('.menu-items:popover-open').getByText(name, { exact: true }).click();
    };
    await action('Change limits');
    await page.getByLabel('Chats a minute').fill('7');
    await page.getByLabel('Budget, US dollars').fill('2.5/month');
    await page.getByRole('button', { name: 'Save' }).click();
    await row.getByText('of 7 chats a minute').waitFor();
    expect(await json(await api(first, '/keys/me'))).toMatchObject({ rpm: 7, budget: '2.5/month' });
    await action('New secret');
    await page.getByLabel('The old one ends').selectOption('0');
    await page.getByRole('button', { name: 'Make a new secret' }).click();
    const second = (await page.locator('.secret code').textContent()) ?? '';
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect((await api(first, '/models')).status).toBe(401);
    expect((await api(second, '/models')).status).toBe(200);
    await action('Revoke');
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('revoked').waitFor();
    expect((await api(second, '/models')).status).toBe(401);
    expect(await row.getByLabel('Actions for bob').count()).toBe(0);
    expect(page.misdeeds.errors).toEqual([]);
  });

  it('says what is wrong with the terms of a key, and keeps what was typed', async () => {
    const page = await opened(ADMIN, '/keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name').fill('carol');
    await page.getByLabel('Budget, US dollars').fill('1234567');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByRole('alert').getByText('The request was not accepted').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('carol');
  });

  it('shows somebody without the right to it no keys, only that', async () => {
    const page = await opened(await made({ role: 'chat' }), '/keys');
    await page.getByText('Your key does not allow this').waitFor();
    expect(await page.getByRole('button', { name: 'New key' }).isDisabled()).toBe(true);
  });

  it('says when a limit is reached, and counts the time that is left', async () => {
    const page = await opened(await made({ rpm: 1 }));
    await ask(page, 'One');
    await answered(page);
    await ask(page, 'Two');
    const note = page.getByRole('alert');
    await note.getByText('Your key’s limit is reached').waitFor();
    const again = note.getByRole('button');
    const left = async (): Promise<number> =>
      Number(/Try again in (\d+) s/.exec((await again.textContent()) ?? '')?.[1]);
    const before = await left();
    // The clock of the page is some milliseconds behind, and seconds are rounded up.
    expect(before).toBeLessThanOrEqual(61);
    expect(await again.isDisabled()).toBe(true);
    await until('a second has passed', async () => (await left()) < before);
  });

  it('says when the budget is used up', async () => {
    const page = await opened(await made({ budget: '0.05' }));
    app.service.emulator.answer('*', { text: 'Dear.', cost: 1 });
    await ask(page, 'One');
    await answered(page);
    await ask(page, 'Two');
    await page.getByRole('alert').getByText('The budget is used up').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/\$1 spent.*limit \$0\.05/);
  });

  it('shows what is left at OpenRouter to those who pay, and when a model retires', async () => {
    app.service.emulator.key({ limit: 20, limit_remaining: 12.5 });
    const llama = 'meta-llama/llama-3.1-8b-instruct';
    app.service.emulator.model(llama, { expirationDate: '2027-03-31' });
    await app.service.app.get(Catalogue).refresh();
    const page = await opened(ADMIN, '/models');
    await page.getByText('$12.50 of credit left at OpenRouter').waitFor();
    expect(await page.getByRole('row', { name: llama }).textContent()).toContain('31 Mar 2027');
    const client = await opened(await made({}), '/models');
    await client.locator('.card').first().waitFor();
    expect(await client.getByText('OpenRouter').count()).toBe(0);
    app.service.emulator.key({ limit_remaining: 0 });
    await app.service.app.get(Catalogue).refresh();
    await page.reload();
    await page.getByText('The credit at OpenRouter is used up').waitFor();
  });
});
