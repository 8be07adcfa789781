/** The targets of the project, as far as this run has what they need. */
export function targetsOf({ json, halfRate, streams, held, start }) {
  const ratio = (figures, name, of, to) => figures[of][name].median / figures[to][name].median;
  const targets = json.map(({ id, figures }) => ({
    name: `${id}: CPU per request, parley / bare`,
    value: ratio(figures, 'cpuUsPerRequest', 'parley', 'bare'),
    limit: 1.6,
    unit: '×',
  }));
  for (const { id, figures } of json.filter(({ figures }) => figures.portkey))
    targets.push({
      name: `${id}: requests/s, parley / portkey`,
      value: ratio(figures, 'requestsPerSecond', 'parley', 'portkey'),
      atLeast: 6,
      unit: '×',
    });
  targets.push({
    name: 'p99 at half rate, added to direct',
    value: halfRate.parley.addedP99Ms,
    limit: 3,
    unit: ' ms',
  });
  for (const { id, figures } of streams) {
    targets.push({
      name: `${id}: CPU per chunk, parley / bare`,
      value: ratio(figures, 'cpuUsPerChunk', 'parley', 'bare'),
      limit: 1.4,
      unit: '×',
    });
    if (id === 'streams-100')
      targets.push({
        name: `${id}: time to first token p50, added to direct`,
        value: figures.parley.firstTokenP50Ms.median - figures.direct.firstTokenP50Ms.median,
        limit: 2,
        unit: ' ms',
      });
  }
  targets.push(
    { name: 'memory per open stream', value: held.parley.kbPerStream.median, limit: 40, unit: ' KB' },
    { name: 'idle memory', value: start.parley.idleMb.median, limit: 110, unit: ' MB' },
    { name: 'start to first 200 on /health', value: start.parley.startMs.median, limit: 800, unit: ' ms' },
  );
  targets.push(...againstTargets({ json, streams, held, start }));
  return targets.map((target) => ({ ...target, met: isMet(target) }));
}

/** This checkout over another one, from the same run: 1 is as good. Without a limit where none was agreed upon. */
function againstTargets({ json, streams, held, start }) {
  if (!start.against) return [];
  const ratio = (name, { parley, against }, figure, limit) => ({
    name: `${name}, this / that`,
    value: parley[figure].median / against[figure].median,
    limit,
    unit: ' ×',
  });
  return [
    ...json.map(({ id, order, figures }) =>
      ratio(`${id}: CPU per request`, figures, 'cpuUsPerRequest', order.chunks === 1 ? 1.25 : 1.15),
    ),
    ...streams.flatMap(({ id, figures }) => [
      ratio(`${id}: CPU per chunk`, figures, 'cpuUsPerChunk', 1.15),
      ratio(`${id}: time to first token p50`, figures, 'firstTokenP50Ms'),
    ]),
    ratio('memory per open stream', held, 'kbPerStream'),
    ratio('idle memory', start, 'idleMb'),
    ratio('start to first 200 on /health', start, 'startMs'),
  ];
}

function isMet({ value, limit = Infinity, atLeast = -Infinity }) {
  return value <= limit && value >= atLeast;
}
