export interface Metrics {
  /** By name: counter, gauge, histogram, … */
  readonly types: Readonly<Record<string, string>>;
  /** Of all samples of this name that have these labels. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number;
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads Prometheus's text format. Throws on a line that is none. */
export function parseMetrics(text: string): Metrics {
  const types: Record<string, string> = {};
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const type = /^# TYPE (\w+) (\w+)$/.exec(line);
    if (type) types[type[1]!] = type[2]!;
    if (line === '' || line.startsWith('#')) continue;
    const sample = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!sample) throw new Error(`Not a sample: ${line}`);
    const [, name = '', labels = '', value] = sample;
    samples.push({ name, labels: labelsOf(labels), value: Number(value) });
  }
  return {
    types,
    sum: (name, labels = {}) =>
      samples
        .filter((sample) => sample.name === name)
        .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
        .reduce((sum, { value }) => sum + value, 0),
  };
}

function labelsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}
