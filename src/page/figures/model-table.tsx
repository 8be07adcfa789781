import type { Distribution, ModelFigures } from '../api/types.ts';
import { count, dollars, NONE, percent, seconds, shortCount } from '../format.ts';
import { hrefOf, route } from '../route.ts';
import { ModelName } from '../ui/model-name.tsx';
import { TableHead } from '../ui/table-head.tsx';

const COLUMNS = [
  { name: 'Model' },
  { name: 'Requests', numeric: true },
  { name: 'Failed', numeric: true },
  { name: 'Latency', note: 'p50 · p95 · p99', numeric: true },
  { name: 'First token', note: 'p50 · p95', numeric: true },
  { name: 'Speed', numeric: true },
  { name: 'Tokens', note: 'in · out', numeric: true },
  { name: 'Cost', numeric: true },
  { name: 'Votes', numeric: true },
];

export function ModelTable({ models }: { models: readonly ModelFigures[] }) {
  return (
    <section aria-labelledby="by-model">
      <h2 id="by-model">By model</h2>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Figures by model">
        <table class="table">
          <TableHead columns={COLUMNS} />
          <tbody>
            {models.map((model) => (
              <ModelLine key={model.model} figures={model} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function ModelLine({ figures }: { figures: ModelFigures }) {
  const { model, count: requests, errors, latency, ttft } = figures;
  const choice = Object.fromEntries(route.value.choice);
  return (
    <tr>
      <th scope="row">
        <a class="plain-link" href={hrefOf('figures', { ...choice, model })}>
          <ModelName name={model} />
        </a>
      </th>
      <td class="numeric">
        <a class="plain-link" href={hrefOf('log', { model })}>
          {count(requests)}
        </a>
      </td>
      <td class="numeric">
        {errors > 0 ? (
          <a class="failed" href={hrefOf('log', { model, status: 'error' })}>
            {percent(errors, requests)}
          </a>
        ) : (
          <span class="muted">0 %</span>
        )}
      </td>
      <td class="numeric">
        <Spread of={latency} names={['p50', 'p95', 'p99']} />
      </td>
      <td class="numeric">
        <Spread of={ttft} names={['p50', 'p95']} />
      </td>
      <td class="numeric">
        {figures.tokens_per_second === null ? NONE : `${Math.round(figures.tokens_per_second)} tok/s`}
      </td>
      <td class="numeric">
        {shortCount(figures.prompt_tokens)} <span class="muted">·</span> {shortCount(figures.response_tokens)}
      </td>
      <td class="numeric">{dollars(figures.cost)}</td>
      <td class="numeric">
        <VoteShare figures={figures} />
      </td>
    </tr>
  );
}

function Spread({ of, names }: { of: Distribution; names: readonly (keyof Distribution)[] }) {
  if (of.p50 === null) return <>{NONE}</>;
  return (
    <>
      {names.map((name, index) => (
        <span key={name}>
          {index > 0 && <span class="muted"> · </span>}
          {seconds(of[name])}
        </span>
      ))}
    </>
  );
}

/** How many of those who voted found it good. */
function VoteShare({
  figures: {
    votes: { up, down },
  },
}: {
  figures: ModelFigures;
}) {
  const votes = up + down;
  if (votes === 0) return <span class="muted">{NONE}</span>;
  return (
    <>
      {percent(up, votes)} good <span class="muted">of {votes}</span>
    </>
  );
}
