import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promptFor } from './answers.mjs';
import { bifrostServer } from './bifrost.mjs';
import { chatReplyCheck, chatStreamCheck, completionCheck, completionStreamCheck } from './checks.mjs';
import { postBytes } from './connection.mjs';
import { litellmServer } from './litellm.mjs';
import { portkeyServer } from './portkey.mjs';
import { RowCount } from './row-count.mjs';
import { freePort, ServerProcess } from './server-process.mjs';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * @typedef {object} Candidate
 * @property {string} name
 * @property {ServerProcess} server
 * @property {number} port
 * @property {(order: object, stream: boolean) => { request: Buffer, check: Function }} chat what to send, and whether the reply is right
 * @property {RowCount} [rows] of the log that it keeps
 */

/** The flags of `npm start` of a checkout, so that they are written down once. The bare service gets ours. */
function nodeFlagsOf(root) {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return scripts.start.split(' ').filter((part) => part.startsWith('--'));
}

export const NODE_FLAGS = nodeFlagsOf(ROOT);

export async function startUpstream(folder) {
  const server = ServerProcess.start([join(import.meta.dirname, 'upstream.mjs')], {
    output: join(folder, 'upstream.txt'),
  });
  const port = await server.listening();
  return { server, port, url: `http://127.0.0.1:${port}/api/v1` };
}

/** The upstream itself, asked as the candidates ask it. */
export function direct({ server, port }) {
  return {
    name: 'direct',
    server,
    port,
    chat: (order) => ({
      request: completionRequest('/api/v1/chat/completions', order, true),
      check: completionStreamCheck(order),
    }),
  };
}

export async function bare(upstream, folder, name = 'bare') {
  const place = placeIn(folder, name);
  const server = ServerProcess.start([...NODE_FLAGS, join(import.meta.dirname, 'bare-service.mjs')], {
    cwd: place.folder,
    output: place.output,
    env: { OPENROUTER_BASE_URL: upstream.url, CHAT_LOG_PATH: place.log },
  });
  return {
    name,
    server,
    port: await server.listening(),
    chat: chatOfOurs,
    rows: new RowCount(place.log),
  };
}

/** `npm start` as a user gets it: everything on, every limit at its default. `root`: of which built checkout; `env`: more settings. */
export async function parley(
  upstream,
  folder,
  name = 'parley',
  { reporting = true, root = ROOT, env = {} } = {},
) {
  const place = placeIn(folder, name);
  const port = await freePort();
  const server = ServerProcess.start([...nodeFlagsOf(root), join(root, 'dist/main.js')], {
    cwd: place.folder,
    output: place.output,
    reporting,
    env: {
      OPENROUTER_API_KEY: 'sk-or-bench',
      OPENROUTER_BASE_URL: upstream.url,
      CHAT_LOG_PATH: place.log,
      PORT: String(port),
      ...env,
    },
  });
  const startMs = await server.firstOk(`http://127.0.0.1:${port}/health`);
  return {
    name,
    server,
    port,
    startMs,
    chat: chatOfOurs,
    rows: new RowCount(place.log),
    output: place.output,
  };
}

/** Gateways of others, in the order of the table; each starts as its documentation says, or throws why it cannot. */
export const PEERS = { portkey: portkeyServer, litellm: litellmServer, bifrost: bifrostServer };

/** @param {keyof typeof PEERS} name */
export async function peer(name, upstream, folder) {
  const { server, port, headers, version, model } = await PEERS[name](upstream, placeIn(folder, name));
  return {
    name,
    server,
    port,
    version,
    chat: (order, stream) => ({
      request: completionRequest('/v1/chat/completions', order, stream, headers, model),
      check: stream ? completionStreamCheck(order) : completionCheck(order),
    }),
  };
}

function placeIn(folder, name) {
  const own = join(folder, name);
  mkdirSync(own);
  return { folder: own, log: join(own, 'chat_logs.csv'), output: join(own, 'output.txt') };
}

function chatOfOurs(order, stream) {
  const body = { prompt: promptFor(order), model: 'mistral', ...(stream && { stream }) };
  return {
    request: postBytes('/chat', {}, body),
    check: stream ? chatStreamCheck(order) : chatReplyCheck(order),
  };
}

function completionRequest(path, order, stream, headers, model = 'mistralai/ministral-8b-2512') {
  return postBytes(path, headers, {
    model,
    messages: [{ role: 'user', content: promptFor(order) }],
    ...(stream && { stream }),
  });
}
