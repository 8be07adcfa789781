// Does what `docker build -f deploy/Dockerfile .` and `docker run --read-only` would do, without Docker: each stage is a
// folder, each instruction of the Dockerfile is carried out in it, and the result is started as the image's user with
// all read-only but the image's volumes. Linux, root, npm's registry. It does not show: the base image itself.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
// Not in /tmp: others must be able to enter the folder, and some systems mount /tmp without leave to execute.
const scratch = mkdtempSync('/var/tmp/parley-image-');
const base = join(scratch, 'base');
execFileSync('chmod', ['755', scratch]);

const lines = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => /^(\w+) (.*)$/.exec(line).slice(1));

try {
  const image = build();
  check(image);
  await run(image);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function build() {
  const stages = new Map();
  let stage;
  for (const [instruction, rest] of lines) {
    say(`${instruction} ${rest}`);
    if (instruction === 'FROM') {
      const [, version, name = 'final'] = /^node:(\d+)\S*(?: AS (\w+))?$/.exec(rest);
      if (!existsSync(base)) installNode(version);
      stage = { folder: join(scratch, name), cwd: '/', env: {}, name };
      mkdirSync(stage.folder);
      stages.set(name, stage);
    } else if (instruction === 'WORKDIR') {
      stage.cwd = rest;
      mkdirSync(join(stage.folder, rest), { recursive: true });
    } else if (instruction === 'ENV') {
      const [name, value] = rest.split('=');
      stage.env[name] = value;
    } else if (instruction === 'COPY') {
      copy(stage, stages, rest);
    } else if (instruction === 'RUN') {
      // Absolute paths of the image are below the folder of its stage.
      const command = rest.replace(/(?<= )\/data\b/g, join(stage.folder, 'data'));
      execFileSync('sh', ['-ec', command], {
        cwd: join(stage.folder, stage.cwd),
        // npm finds its registry as it does outside.
        env: { ...process.env, PATH: path(), ...stage.env },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    } else if (instruction === 'VOLUME') stage.volumes = rest.split(' ');
    else if (instruction === 'USER') stage.user = rest.split(':');
    else if (instruction === 'CMD') stage.command = JSON.parse(rest);
    else if (instruction === 'HEALTHCHECK') stage.health = JSON.parse(/CMD (\[.*\])$/.exec(rest)[1]);
  }
  return stage;
}

function copy(stage, stages, rest) {
  const [, from, paths] = /^(?:--from=(\w+) )?(.*)$/.exec(rest);
  const names = paths.split(' ');
  const target = join(stage.folder, stage.cwd, names.pop());
  for (const name of names) {
    const source = from ? join(stages.get(from).folder, name) : join(root, name);
    const isFolder = target.endsWith('/') || names.length > 1;
    cpSync(source, isFolder ? join(target, name) : target, { recursive: true, verbatimSymlinks: true });
  }
}

/** The Node of the base image, as npm ships it. */
function installNode(version) {
  mkdirSync(base);
  execFileSync(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', base, `node@${version}`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
}

function path() {
  return `${join(base, 'node_modules/node/bin')}:${process.env.PATH}`;
}

function check({ folder }) {
  const dev = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies);
  const app = join(folder, 'app');
  // What a dependency needs itself may stay.
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const left = dev.filter(
    (name) => existsSync(join(app, 'node_modules', name)) && lock[`node_modules/${name}`].dev,
  );
  if (left.length > 0) throw new Error(`development dependencies in the image: ${left.join(', ')}`);
  for (const path of ['node_modules/typescript', 'src', 'test'])
    if (existsSync(join(app, path))) throw new Error(`${path} is in the image`);
  say(`image: ${execFileSync('du', ['-sh', app]).toString().split('\t')[0]} in /app`);
}

async function run({ folder, user, env, command, health, volumes }) {
  const data = join(folder, 'data');
  const tmp = join(folder, 'tmp');
  if (volumes.join() !== '/data,/tmp') throw new Error(`other volumes than expected: ${volumes.join()}`);
  mkdirSync(tmp);
  execFileSync('chmod', ['1777', tmp]);
  const upstream = spawn(process.execPath, [join(root, 'dist/emulator/main.js'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const upstreamUrl = await firstMatch(upstream, /http:\/\/127\.0\.0\.1:\d+\S*/);
  const variables = {
    PATH: path(),
    ...env,
    HOST: '127.0.0.1',
    PORT: '18473',
    CHAT_LOG_PATH: join(data, 'chat_logs.csv'),
    OPENROUTER_API_KEY: 'any',
    OPENROUTER_BASE_URL: upstreamUrl,
  };
  const [uid, gid] = user;
  const asImage = (program) => [
    '--mount',
    'sh',
    '-ec',
    // What has a mount of its own stays writable when everything else becomes read-only.
    `mount --bind ${data} ${data}; mount --bind ${tmp} /tmp; mount -o remount,bind,ro /; cd ${folder}/app; exec setpriv --reuid ${uid} --regid ${gid} --clear-groups --no-new-privs --bounding-set=-all "$@"`,
    'sh',
    ...program,
  ];
  const service = spawn('unshare', asImage(command), {
    env: variables,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let processLog = '';
  service.stdout.on('data', (data) => (processLog += data));
  try {
    await firstMatch(service, /Listening on \S+/);
    const url = `http://127.0.0.1:${variables.PORT}`;
    const reply = await fetch(`${url}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'llama', prompt: 'Hi' }),
    });
    if (reply.status !== 200) throw new Error(`POST /chat: ${reply.status} ${await reply.text()}`);
    const page = await (await fetch(`${url}/logs`)).json();
    if (page.data?.length !== 1) throw new Error(`GET /logs: ${JSON.stringify(page)}`);
    execFileSync('unshare', asImage(health), { env: variables });
    execFileSync(
      'unshare',
      asImage(['sh', '-c', `! touch ${folder}/app/x 2>/dev/null && test "$(id -u)" = ${uid}`]),
    );
    say(
      `runs as ${uid}, read-only, with Node ${execFileSync('node', ['-v'], { env: variables }).toString().trim()}`,
    );
    say('POST /chat 200, GET /logs 1 row, health check ok');
  } catch (error) {
    say(processLog);
    throw error;
  } finally {
    service.kill('SIGTERM');
    for (let waited = 0; service.exitCode === null && service.signalCode === null && waited < 100; waited++)
      await sleep(100);
    upstream.kill('SIGTERM');
  }
  say(`stopped with ${service.exitCode ?? service.signalCode}`);
}

function firstMatch(child, pattern) {
  return new Promise((done, failed) => {
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
      const match = pattern.exec(output);
      if (match) done(match[0]);
    });
    child.once('exit', () => failed(new Error(`it ended: ${output}`)));
  });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
