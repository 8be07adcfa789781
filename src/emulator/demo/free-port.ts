import { createServer, type AddressInfo } from 'node:net';

/** @returns `preferred` if nobody listens on it, else a port that is free at the moment */
export async function findPort(host: string, preferred: number): Promise<number> {
  try {
    return await tryPort(host, preferred);
  } catch {
    return await tryPort(host, 0);
  }
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
