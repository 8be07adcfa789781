import { useEffect, useState } from 'preact/hooks';
import { modelNames } from '../api/service.ts';
import { choose, route } from '../route.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Select } from '../ui/select.tsx';
import { filterOf, NO_FILTER, type FilterName } from './log-filter.ts';

const STATUSES = [
  ['', 'Any status'],
  ['ok', 'OK'],
  ['error', 'Error'],
  ['client_closed', 'Client left'],
  ['interrupted', 'Interrupted'],
] as const;
const LATENCIES = [
  ['min_latency', 'at least', '0'],
  ['max_latency', 'at most', 'any'],
] as const;
const TYPING_MS = 300;

export function FilterBar() {
  const filter = filterOf(route.value.choice);
  const set = (name: FilterName, value: string) => {
    choose({ [name]: value || undefined });
  };
  const models = new Set([...modelNames.value, ...(filter.model ? [filter.model] : [])]);
  const hasMore = Boolean(filter.from ?? filter.to ?? filter.min_latency ?? filter.max_latency);
  return (
    <form
      class="filters"
      role="search"
      aria-label="Filter the log"
      onSubmit={(event) => event.preventDefault()}
    >
      <Typed
        class="filter-text"
        type="search"
        label="Search"
        placeholder="Search prompts and answers"
        value={filter.q ?? ''}
        onTyped={(text) => set('q', text)}
      />
      <Select
        label="Model"
        value={filter.model ?? ''}
        options={[['', 'All models'], ...[...models].map((name) => [name, name] as const)]}
        onChoose={(value) => set('model', value)}
      />
      <Select
        label="Status"
        value={filter.status ?? ''}
        options={STATUSES}
        onChoose={(value) => set('status', value)}
      />
      <details class="filter-more" open={hasMore}>
        <summary class="button quiet">
          <Icon name="sliders" />
          More
        </summary>
        <div>
          <Moment name="from" label="From" value={filter.from} />
          <Moment name="to" label="Until" value={filter.to} />
          {LATENCIES.map(([name, bound, placeholder]) => (
            <label class="field" key={name}>
              Latency {bound}, s
              <Typed
                type="number"
                label={`Latency ${bound}, in seconds`}
                placeholder={placeholder}
                value={filter[name] ?? ''}
                onTyped={(text) => set(name, text)}
              />
            </label>
          ))}
        </div>
      </details>
      {filter.key && (
        <Button kind="quiet" onClick={() => set('key', '')} aria-label="Rows of all keys">
          Only key {filter.key} <Icon name="close" />
        </Button>
      )}
      {Object.keys(filter).length > 0 && (
        <button type="button" class="button quiet" onClick={() => choose(NO_FILTER)}>
          Clear
        </button>
      )}
    </form>
  );
}

interface TypedProps {
  type: 'search' | 'number';
  label: string;
  placeholder: string;
  value: string;
  class?: string;
  onTyped: (text: string) => void;
}

/** Takes effect when the typing rests. */
function Typed({ type, label, placeholder, value, class: extra = '', onTyped }: TypedProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onTyped(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input
      class={`input ${extra}`}
      type={type}
      min="0"
      step="any"
      maxLength={200}
      aria-label={label}
      placeholder={placeholder}
      value={text}
      onInput={({ currentTarget }) => setText(currentTarget.value)}
    />
  );
}

function Moment({ name, label, value }: { name: 'from' | 'to'; label: string; value: string | undefined }) {
  const onChange = (local: string) => {
    choose({ [name]: local === '' ? undefined : new Date(local).toISOString() });
  };
  return (
    <Field
      label={label}
      type="datetime-local"
      value={value ? localMinute(value) : ''}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** What `datetime-local` takes: local time without a zone. */
function localMinute(iso: string): string {
  const date = new Date(iso);
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return Number.isNaN(shifted.getTime()) ? '' : shifted.toISOString().slice(0, 16);
}
