import { createServer, type AddressInfo } from 'node:net';

const usual = 8000;

/**
 * @param wanted the variable PORT: that port and no other; without it the usual one, or else any free one
 * @throws Error with a sentence that says what is wrong
 */
export async function choosePort(host: string, wanted: string | undefined): Promise<number> {
  if (wanted === undefined || wanted === '') return tryPort(host, usual).catch(() => tryPort(host, 0));
  const port = Number(wanted);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error('PORT must be a whole number from 0 to 65535.');
  return tryPort(host, port).catch((error: unknown) => {
    throw new Error(`Port ${port} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  });
}

async function tryPort(host: string, port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const found = (server.address() as AddressInfo).port;
  await new Promise((resolve) => server.close(resolve));
  return found;
}
