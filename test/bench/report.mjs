/** The results for people: tables in Markdown, so that they can go into the README as they are. */

export function report({ meta, json, halfRate, streams, held, start, targets }) {
  return [
    ...metaLines(meta),
    '',
    ...table(
      ['JSON chats', 'candidate', 'CPU µs / request', '× bare', 'requests/s', 'p50 ms', 'p99 ms', 'RSS MB'],
      json.flatMap(jsonRows),
    ),
    '',
    ...table(
      ['at half of its own maximum', 'requests/s', 'p50 ms', 'p99 ms', 'p50 added', 'p99 added'],
      Object.entries(halfRate).map(([name, figures]) => [
        name,
        figures.perSecond.toFixed(0),
        range(figures.p50Ms, 2),
        range(figures.p99Ms, 2),
        figures.addedP50Ms.toFixed(2),
        figures.addedP99Ms.toFixed(2),
      ]),
    ),
    '',
    ...table(
      [
        'streams',
        'candidate',
        'CPU µs / chunk',
        '× bare',
        'chunks/s',
        'first token p50 ms',
        'p99 ms',
        'RSS MB',
      ],
      streams.flatMap(streamRows),
    ),
    '',
    ...table(
      ['memory', 'value'],
      [
        ...Object.entries(held).map(([name, { kbPerStream }]) => [
          `${name}, KB per open stream`,
          range(kbPerStream, 1),
        ]),
        ...Object.entries(start).flatMap(([name, { idleMb, startMs }]) => [
          [`${name} idle, MB`, range(idleMb, 1)],
          [`${name}, ms from start to first 200 on /health`, range(startMs, 0)],
        ]),
      ],
    ),
    '',
    ...table(
      ['target', 'limit', 'measured', ''],
      targets.map(({ name, limit, atLeast, value, unit, met }) => [
        name,
        limitText(limit, atLeast, unit),
        `${value.toFixed(2)}${unit}`,
        limit === undefined && atLeast === undefined ? '' : met ? 'met' : 'MISSED',
      ]),
    ),
    '',
    'Every answer was right, every exchange has its row, no error. Figures are medians (range) over the rounds.',
  ].join('\n');
}

function limitText(limit, atLeast, unit) {
  if (limit !== undefined) return `≤ ${limit}${unit}`;
  return atLeast === undefined ? '' : `≥ ${atLeast}${unit}`;
}

function metaLines({ date, command, machine, node, versions, flags, on, rounds, missing }) {
  return [
    `${date} · \`${command}\` · ${rounds} rounds`,
    `${machine} · Node ${node}${flags.length > 0 ? ` ${flags.join(' ')}` : ''}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(' · '),
    `On in parley: ${on}`,
    ...missing.map((reason) => `Not measured: ${reason}`),
  ];
}

function jsonRows({ connections, order, figures }) {
  const title = `${connections} conn., ${order.chunks} chunk${order.chunks > 1 ? 's' : ''}, ${order.delayMs} ms`;
  return Object.entries(figures).map(([name, row], index) => [
    index === 0 ? title : '',
    name,
    range(row.cpuUsPerRequest, 0),
    (row.cpuUsPerRequest.median / figures.bare.cpuUsPerRequest.median).toFixed(2),
    range(row.requestsPerSecond, 0),
    range(row.p50Ms, 2),
    range(row.p99Ms, 2),
    range(row.rssMb, 0),
  ]);
}

function streamRows({ concurrent, order, figures }) {
  const title = `${concurrent} × ${order.chunks} chunks, ${order.everyMs} ms apart`;
  return Object.entries(figures).map(([name, row], index) => [
    index === 0 ? title : '',
    name,
    range(row.cpuUsPerChunk, 1),
    (row.cpuUsPerChunk.median / figures.bare.cpuUsPerChunk.median).toFixed(2),
    range(row.chunksPerSecond, 0),
    range(row.firstTokenP50Ms, 2),
    range(row.firstTokenP99Ms, 2),
    range(row.rssMb, 0),
  ]);
}

/** A dash where a slow candidate ended nothing within the time that is measured. */
function range({ median, min, max }, digits) {
  if (!Number.isFinite(median)) return '–';
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

function table(head, rows) {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
