// A log as a small team would leave it: for pictures of the page, and for its tests with many rows.
import { writeFileSync } from 'node:fs';

const COLUMNS =
  'timestamp,model,prompt,response,latency,prompt_tokens,response_tokens,status,error,finish_reason,ttft,cost,upstream_model,attempts,id,messages';

const EXCHANGES = [
  [
    'Summarise this support ticket in one sentence.',
    'The customer cannot download invoices since the update of 12 November; a workaround exists in the old portal.',
  ],
  [
    'Write a commit message for a fix of the retry timer.',
    'Restart the retry timer after each attempt\n\nIt kept the deadline of the first one, so the second never ran.',
  ],
  ['Translate “Please find the offer attached” into German.', 'Anbei erhalten Sie unser Angebot.'],
  [
    'Which HTTP status says that a budget is used up?',
    '`402 Payment Required` is the closest fit; say in the body when the budget begins anew.',
  ],
  [
    'Give me three names for an internal newsletter.',
    '1. **The Dispatch**\n2. **Crosstalk**\n3. **Field Notes**',
  ],
  [
    'Explain back-pressure to a new colleague.',
    'Back-pressure is a slow reader telling a fast writer to wait, instead of letting the data pile up in between.',
  ],
  ['Is 2027 a leap year?', 'No. 2027 is not divisible by 4; the next leap year is 2028.'],
  [
    'Turn this list into a table: name, role, start date.',
    '| Name | Role | Start |\n|---|---|---|\n| Ada | Engineer | 2 Jan |\n| Grace | Designer | 9 Jan |',
  ],
  [
    'What does `git rebase --onto` do?',
    'It moves a range of commits onto another base: `git rebase --onto new old branch`.',
  ],
  [
    'Draft an apology for yesterday’s outage.',
    'Yesterday between 14:02 and 14:31 UTC some of your requests failed. We are sorry. This is what happened and what we changed …',
  ],
  [
    'How many tokens are in a page of English text, roughly?',
    'About 500 words, so 650 to 700 tokens for most tokenizers.',
  ],
  [
    'Find the bug: for (let i = 0; i <= list.length; i++)',
    'The loop runs one step too far: use `i < list.length`.',
  ],
];

const MODELS = [
  { name: 'mistral', slug: 'mistralai/ministral-8b-2512', speed: 95, ttft: 0.28, price: 1.5e-7 },
  { name: 'llama', slug: 'meta-llama/llama-3.1-8b-instruct', speed: 62, ttft: 0.44, price: 5e-8 },
];

/** Numerical Recipes' generator: the same everywhere. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

function rowOf(index, at, random) {
  const model = MODELS[random() < 0.62 ? 0 : 1];
  const [prompt, response] = EXCHANGES[Math.floor(random() * EXCHANGES.length)];
  const chance = random();
  const status = chance < 0.025 ? 'error' : chance < 0.035 ? 'client_closed' : 'ok';
  const tokens = Math.floor(20 + random() ** 2 * 480);
  const ttft = model.ttft * (0.6 + random() ** 4 * 5);
  const isOk = status === 'ok';
  return [
    quoted(new Date(at).toISOString()),
    quoted(model.name),
    quoted(prompt),
    quoted(status === 'error' ? '' : response),
    (status === 'error' ? 5 + random() * 25 : ttft + tokens / model.speed).toFixed(3),
    Math.floor(12 + random() * 200),
    isOk ? tokens : '',
    quoted(status),
    status === 'ok' ? '' : quoted(status === 'error' ? 'upstream_timeout' : 'client_closed'),
    isOk ? quoted('stop') : '',
    isOk ? ttft.toFixed(3) : '',
    isOk ? (tokens * model.price).toFixed(10) : '',
    quoted(model.slug),
    random() < 0.04 ? 2 : 1,
    quoted(`01KB${String(index).padStart(22, '0')}`),
    '',
  ].join(',');
}

/** Busy by day, quiet at night. */
function busyness(ms) {
  const hour = new Date(ms).getUTCHours();
  return 0.15 + Math.max(0, Math.sin(((hour - 6) / 14) * Math.PI));
}

/** @param {string} path @param {{rows: number, hours: number, extra?: string[]}} options `extra`: rows at the end */
export function writeSampleLog(path, { rows, hours, extra = [] }) {
  const random = randomFrom(7);
  const end = Date.now() - 60_000;
  const times = [];
  while (times.length < rows) {
    const at = end - random() * hours * 3_600_000;
    if (random() < busyness(at)) times.push(at);
  }
  const lines = times.sort((a, b) => a - b).map((at, index) => rowOf(index, at, random));
  writeFileSync(path, `${[COLUMNS, ...lines, ...extra].join('\r\n')}\r\n`, { mode: 0o600 });
}
