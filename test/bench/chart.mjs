/** The README's picture: CPU per request and per chunk as bars. Hand-made SVG whose colours follow the reader's theme. */

const WIDTH = 820;
/** For the longest title in a wide font. */
const LABEL_WIDTH = 210;
const BAR = 18;
const GAP = 8;
const PANEL_HEAD = 44;

const TITLES = {
  direct: 'upstream itself',
  bare: 'bare node:http + undici',
  parley: 'Parley',
  against: 'Parley, the other checkout',
  portkey: 'Portkey gateway',
  litellm: 'LiteLLM proxy',
  bifrost: 'Bifrost',
};

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .head { font-weight: 600 }
  .note { font-size: 11px; fill: #59636e }
  .direct { fill: #c8cdd3 }
  .bare { fill: #8b949e }
  .parley { fill: #2f6feb }
  .against { fill: #8957e5 }
  .portkey { fill: #d29922 }
  .litellm { fill: #bc4c00 }
  .bifrost { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .note { fill: #9198a1 }
    .direct { fill: #3d444d }
    .bare { fill: #6e7681 }
    .parley { fill: #4c8dff }
    .against { fill: #a371f7 }
    .portkey { fill: #d4a72c }
    .litellm { fill: #db6d28 }
    .bifrost { fill: #3fb950 }
  }`;

export function chart({ meta, json, streams }) {
  const panels = [
    ...json
      .filter(({ connections }) => connections === 64)
      .map(({ connections, order, figures }) => ({
        title: `JSON chats, ${connections} connections, answers of ${order.chunks} chunk${order.chunks > 1 ? 's' : ''}: CPU µs per request`,
        bars: barsOf(figures, 'cpuUsPerRequest'),
      })),
    ...streams.map(({ concurrent, figures }) => ({
      title: `${concurrent} streams at once: CPU µs per chunk`,
      bars: barsOf(figures, 'cpuUsPerChunk'),
    })),
  ];
  let y = 0;
  const drawn = panels.map((panel) => {
    const top = y;
    y += PANEL_HEAD + panel.bars.length * (BAR + GAP);
    return drawPanel(panel, top);
  });
  const notes = [
    `Less is better. Medians of ${meta.rounds} rounds, whiskers show the range.`,
    `${meta.date.slice(0, 10)}, Node ${meta.node}, ${meta.machine}.`,
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 54}" role="img" aria-label="CPU per request and per chunk">`,
    `<style>${STYLE}\n</style>`,
    ...drawn,
    ...notes.map(
      (note, index) => `<text class="note" x="0" y="${y + 24 + 16 * index}">${escaped(note)}</text>`,
    ),
    '</svg>\n',
  ].join('\n');
}

/** Without the upstream itself, whose CPU is that of another process doing another job. */
function barsOf(figures, field) {
  return Object.entries(figures)
    .filter(([name]) => name !== 'direct')
    .map(([name, row]) => ({ name, ...row[field] }));
}

function drawPanel({ title, bars }, top) {
  const scale = (WIDTH - LABEL_WIDTH - 90) / Math.max(...bars.map(({ max }) => max));
  const rows = bars.map((bar, index) => drawBar(bar, top + PANEL_HEAD + index * (BAR + GAP), scale));
  return [`<text class="head" x="0" y="${top + 30}">${escaped(title)}</text>`, ...rows].join('\n');
}

function drawBar({ name, median, min, max }, y, scale) {
  const at = (value) => (LABEL_WIDTH + value * scale).toFixed(1);
  const middle = y + BAR / 2;
  return [
    `<text x="${LABEL_WIDTH - 8}" y="${y + 14}" text-anchor="end">${escaped(TITLES[name] ?? name)}</text>`,
    `<rect class="${name}" x="${LABEL_WIDTH}" y="${y}" width="${(median * scale).toFixed(1)}" height="${BAR}" rx="2"/>`,
    `<path d="M${at(min)} ${middle}H${at(max)}" stroke="#7d8590" stroke-width="2"/>`,
    `<text x="${(LABEL_WIDTH + max * scale + 8).toFixed(1)}" y="${y + 14}">${median.toFixed(median < 100 ? 1 : 0)}</text>`,
  ].join('');
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
