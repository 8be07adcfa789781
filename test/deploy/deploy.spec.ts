import { load, loadAll } from 'js-yaml';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTING_NAMES } from '../../src/config/load-settings.js';
import { METRIC } from '../../src/metrics/metric-names.js';

const DEPLOY = join(__dirname, '../../deploy');
const read = (path: string): string => readFileSync(join(DEPLOY, path), 'utf8');
const yaml = (path: string): unknown => load(read(path));

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

interface Board {
  readonly uid: string;
  readonly panels: readonly Panel[];
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations: { readonly summary: string; readonly action: string };
    }[];
  }[];
}

const board = JSON.parse(read('grafana/dashboards/parley.json')) as Board;
const rules = (yaml('prometheus/alerts.yml') as Rules).groups.flatMap((group) => group.rules);
const panels = board.panels.filter(({ type }) => type !== 'row');
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
];

/** Ours, of those that an expression asks for; without the suffixes of histograms. */
function metricsIn(expression: string): string[] {
  const names = expression.match(/\b(?:gen_ai_client|parley|http_server)_\w+/g) ?? [];
  return names.map((name) => name.replace(/_(?:bucket|count|sum)$/, ''));
}

describe('deploy/', () => {
  it('has only YAML that parses', () => {
    const files = readdirSync(DEPLOY, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.ya?ml$/.test(path))
      // Not YAML before Helm has made it so.
      .filter((path) => !path.startsWith('helm/templates'));
    expect(files.length).toBeGreaterThan(6);
    for (const file of files) expect(loadAll(read(file)).length).toBeGreaterThan(0);
  });

  it('asks only for metrics that there are, and shows each of them', () => {
    const asked = new Set(expressions.flatMap(metricsIn));
    const there = new Set<string>(Object.values(METRIC));
    expect([...asked].filter((name) => !there.has(name))).toEqual([]);
    expect([...there].filter((name) => !asked.has(name))).toEqual([]);
  });

  it('has expressions whose brackets match', () => {
    for (const expression of expressions)
      for (const [open, close] of ['()', '{}', '[]'] as const)
        expect({ expression, open: expression.split(open!).length }).toEqual({
          expression,
          open: expression.split(close!).length,
        });
  });

  it('has alerts that say what is wrong and what to do', () => {
    expect(rules.length).toBeGreaterThan(5);
    for (const { annotations } of rules) {
      expect(annotations.summary).not.toBe('');
      expect(annotations.action).not.toBe('');
    }
  });

  it('has a board whose panels do not overlap', () => {
    const taken = new Map<string, string>();
    for (const { title, gridPos } of board.panels)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect({ title, over: taken.get(`${x},${y}`) }).toEqual({ title, over: undefined });
          expect(x).toBeLessThan(24);
          taken.set(`${x},${y}`, title);
        }
  });

  it('sets only variables that the service knows', () => {
    const compose = yaml('compose.yaml') as { services: { parley: { environment: object } } };
    const render = yaml('render.yaml') as { services: { envVars: { key: string }[] }[] };
    const named = [
      ...[...read('Dockerfile').matchAll(/^ENV (\w+)=/gm)].map(([, name = '']) => name),
      ...[...read('systemd/parley.service').matchAll(/^Environment=(\w+)=/gm)].map(([, name = '']) => name),
      ...Object.keys(compose.services.parley.environment),
      ...render.services.flatMap(({ envVars }) => envVars.map(({ key }) => key)),
    ];
    const known = new Set([...SETTING_NAMES, 'NODE_ENV', 'ADMIN_KEY']);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('starts the database that the service is told of', () => {
    const { services } = yaml('compose.yaml') as { services: Record<string, { environment?: object }> };
    expect(services.parley?.environment).toMatchObject({
      DATABASE_URL: expect.stringMatching(/@postgres\/parley$/) as string,
    });
    expect(services.postgres?.environment).toMatchObject({ POSTGRES_USER: 'parley' });
  });

  it('has a chart whose version is that of the package', () => {
    const { version } = JSON.parse(read('../package.json')) as { version: string };
    expect(yaml('helm/Chart.yaml')).toMatchObject({ version, appVersion: version });
  });

  it('has an image for a user who is not root, without development dependencies', () => {
    const dockerfile = read('Dockerfile');
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM'));
    expect(dockerfile).toContain('npm ci --omit=dev');
    expect(last).toMatch(/^USER 1000:1000$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    expect(last).not.toContain('npm');
  });
});
