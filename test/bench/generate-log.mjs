// Writes a log of many rows in the exact format of the service:
//   node test/bench/generate-log.mjs <file> [rows=1000000] [bytes per row=1000]
// The same arguments give the same bytes, so that figures of two machines are about the same file.
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';

const COLUMNS =
  'timestamp,model,prompt,response,latency,prompt_tokens,response_tokens,status,error,finish_reason,ttft,cost,upstream_model,attempts,id,messages,requested_model,key,user,request_id,overhead';
const BATCH_ROWS = 2000;
const WORDS =
  'the of weather tomorrow "quoted" in Zürich, please; explain\r\nwhy = a + b holds 漢字 and how 🌧️ rain is measured over time'.split(
    ' ',
  );

/** Numerical Recipes' generator: small, and the same everywhere. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

function prose(random, bytes) {
  let text = '';
  while (text.length < bytes) text += WORDS[Math.floor(random() * WORDS.length)] + ' ';
  return text;
}

export function rowOf(index, random, bytes = 1000) {
  const model = random() < 0.7 ? 'mistral' : 'llama';
  const failed = random() < 0.03;
  const ttft = 0.1 + random() ** 3 * 2;
  const tokens = Math.floor(10 + random() * 400);
  const text = bytes - 240;
  return (
    [
      quoted(new Date(Date.UTC(2026, 0, 1) + index * 1500).toISOString()),
      quoted(model),
      quoted(`needle-${index} ${prose(random, text * 0.25)}`),
      quoted(failed ? '' : prose(random, text * 0.7)),
      (ttft + tokens / 90).toFixed(3),
      Math.floor(5 + random() * 200),
      failed ? '' : tokens,
      quoted(failed ? 'error' : 'ok'),
      failed ? quoted('upstream_timeout') : '',
      failed ? '' : quoted('stop'),
      failed ? '' : ttft.toFixed(3),
      failed ? '' : (tokens * 1.5e-7).toFixed(10),
      quoted(model === 'llama' ? 'meta-llama/llama-4-scout' : 'mistralai/ministral-8b-2512'),
      1,
      quoted(`01JD${String(index).padStart(22, '0')}`),
      '',
      quoted(model),
      '',
      '',
      quoted(`01JD${String(index).padStart(22, '0')}`),
      '0.000412',
    ].join(',') + '\r\n'
  );
}

export async function generateLog(path, rows, bytes) {
  const random = randomFrom(42);
  const file = createWriteStream(path, { mode: 0o600 });
  file.write(COLUMNS + '\r\n');
  for (let index = 0; index < rows;) {
    let batch = '';
    for (const end = Math.min(rows, index + BATCH_ROWS); index < end; index++)
      batch += rowOf(index, random, bytes);
    if (!file.write(batch)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [path, rows = '1000000', bytes = '1000'] = process.argv.slice(2);
  if (!path) throw new Error('usage: generate-log.mjs <file> [rows] [bytes per row]');
  await generateLog(path, Number(rows), Number(bytes));
}
