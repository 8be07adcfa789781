import { account, models, modelsFailure, readModels } from '../api/service.ts';
import type { Model, Slug } from '../api/types.ts';
import { chosen } from '../chat/chat-state.ts';
import { count, dollars, NONE, wholeMoment } from '../format.ts';
import { go } from '../route.ts';
import { Button } from '../ui/button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Icon } from '../ui/icon.tsx';
import { ModelName } from '../ui/model-name.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { Blank, Skeleton, ViewHead } from '../ui/view-parts.tsx';
import { stateWord } from './state-word.ts';

const COLUMNS = [
  { name: 'Slug, in the order they are asked' },
  { name: 'State' },
  { name: 'Price', note: 'a million tokens, in · out', numeric: true },
  { name: 'Context', note: 'tokens', numeric: true },
  { name: 'Retires' },
];

export function ModelsView() {
  const known = models.value;
  const failure = modelsFailure.value;
  return (
    <div class="page-scroll models" tabIndex={0} role="region" aria-label="Models">
      <ViewHead title="Models" beside={<AccountState />} />
      {failure && <FailureNote failure={failure} onRetry={() => void readModels()} />}
      {!known && !failure && <Skeleton class="tall" lines={2} label="Reading the models" />}
      {known?.length === 0 && (
        <Blank icon="models" title="No model is set up">
          One line in the environment adds one: <code>MODEL_QWEN=qwen/qwen3-8b</code>
        </Blank>
      )}
      <div class="model-cards">
        {known?.map((model) => (
          <ModelCard key={model.name} model={model} />
        ))}
      </div>
    </div>
  );
}

/** What is left at OpenRouter, or why it takes nothing. */
function AccountState() {
  const { key, credit } = account.value ?? { key: 'unknown', credit: null };
  if (key === 'unknown') return null;
  if (key === 'refused') return <span class="tag bad">OpenRouter refuses the service’s key</span>;
  if (key === 'used_up') return <span class="tag bad">The credit at OpenRouter is used up</span>;
  return (
    <span class="muted numeric">
      {credit === null ? 'OpenRouter key without a limit' : `${dollars(credit)} of credit left at OpenRouter`}
    </span>
  );
}

function ModelCard({ model }: { model: Model }) {
  const inUse = model.upstream.find(({ upstream_model }) => upstream_model === model.upstream_model);
  const ask = () => {
    chosen.value = [model.name];
    go('chat');
  };
  return (
    <section class="card" aria-labelledby={`model-${model.name}`}>
      <header>
        <h2 id={`model-${model.name}`}>
          <ModelName name={model.name} />
        </h2>
        {model.title !== model.name && <span class="muted">{model.title}</span>}
        <Button onClick={ask}>Ask</Button>
      </header>
      <div class="table-scroll" tabIndex={0} role="region" aria-label={`Slugs of ${model.name}`}>
        <table class="table">
          <TableHead columns={COLUMNS} />
          <tbody>
            {model.upstream.map((slug) => (
              <SlugLine key={slug.upstream_model} slug={slug} isInUse={slug === inUse} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function SlugLine({ slug, isInUse }: { slug: Slug; isInUse: boolean }) {
  return (
    <tr>
      <th scope="row" class={isInUse ? undefined : 'slug-spare'}>
        <code>{slug.upstream_model}</code> {isInUse && <span class="tag">in use</span>}
      </th>
      <td>
        <StateTag state={slug.state} /> {slug.listed === false && <span class="tag warn">not listed</span>}
      </td>
      <td class="numeric">
        {slug.price ? `${price(slug.price.prompt)} · ${price(slug.price.completion)}` : NONE}
      </td>
      <td class="numeric">{count(slug.context_length)}</td>
      <td>{slug.retires_at ? <span class="tag warn">{wholeMoment(slug.retires_at)}</span> : NONE}</td>
    </tr>
  );
}

function price(dollars: number): string {
  return dollars === 0 ? 'free' : `$${Number(dollars.toPrecision(3))}`;
}

function StateTag({ state }: { state: string }) {
  const { kind, word, hint } = stateWord(state);
  return (
    <span class={`tag ${kind}`} title={hint}>
      {kind === 'good' && <Icon name="done" />}
      {word}
    </span>
  );
}
