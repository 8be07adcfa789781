import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { choosePort, ServiceProcess, waitUntilHealthy } from './service-process.js';

const host = '127.0.0.1';

describe('ServiceProcess', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'parley-demo-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  const start = (code: string, env = {}) => {
    const file = path.join(directory, 'service.cjs');
    writeFileSync(file, code);
    return new ServiceProcess(file, env);
  };

  it('tells how a program ended', async () => {
    expect(await start('process.exit(3)').ended).toBe('exited with code 3');
  });

  it('waits for a healthy service and stops it', async () => {
    const port = await choosePort(host, '0');
    const service = start(
      `process.on('SIGTERM', () => process.exit(0));
       let asked = 0;
       require('node:http').createServer((request, response) => {
         asked += 1;
         response.writeHead(asked > 1 ? 200 : 503).end();
       }).listen(process.env.PORT, '${host}');`,
      { PORT: String(port) },
    );
    await waitUntilHealthy(`http://${host}:${port}/health`, 10_000, new AbortController().signal);
    await service.stop(10_000);
    expect(await service.ended).toBe('exited with code 0');
  });

  it('kills one that will not stop', async () => {
    const port = await choosePort(host, '0');
    const service = start(
      `process.on('SIGTERM', () => {});
       require('node:http').createServer((request, response) => response.end()).listen(process.env.PORT, '${host}');`,
      { PORT: String(port) },
    );
    await waitUntilHealthy(`http://${host}:${port}/health`, 10_000, new AbortController().signal);
    await service.stop(1);
    expect(await service.ended).toBe('was ended by SIGKILL');
  });
});

describe('waitUntilHealthy', () => {
  it('gives up after its time, or when it is told to', async () => {
    const url = `http://${host}:${await choosePort(host, '0')}/health`;
    await expect(waitUntilHealthy(url, 1, new AbortController().signal)).rejects.toThrow('no answer');
    await expect(waitUntilHealthy(url, 10_000, AbortSignal.abort())).rejects.toThrow('abort');
  });
});

describe('choosePort', () => {
  it('takes the port it is told to, or says why not', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const address = server.address();
    const taken = typeof address === 'object' && address ? address.port : 0;
    await expect(choosePort(host, String(taken))).rejects.toThrow(`Port ${taken} cannot be used`);
    await new Promise((resolve) => server.close(resolve));
    expect(await choosePort(host, String(taken))).toBe(taken);
    await expect(choosePort(host, 'x')).rejects.toThrow('PORT must be');
    expect(await choosePort(host, '')).toBeGreaterThan(0);
  });
});
