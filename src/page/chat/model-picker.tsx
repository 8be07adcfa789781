import { models } from '../api/service.ts';
import type { Model } from '../api/types.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { ModelName } from '../ui/model-name.tsx';
import { asked, chosen, MOST_COLUMNS } from './chat-state.ts';

/** The models that the next prompt goes to, each to be exchanged or taken away, and one more to be added. */
export function ModelPicker() {
  const known = models.value;
  if (!known) return <div class="skeleton picker-skeleton" aria-label="Reading the models" role="status" />;
  if (known.length === 0) return <span class="muted">No model is set up.</span>;
  const names = asked.value;
  const others = known.filter(({ name }) => !names.includes(name));
  const exchange = (at: number, name: string) => {
    chosen.value = names.with(at, name);
  };
  const remove = (name: string) => {
    chosen.value = names.filter((other) => other !== name);
  };
  return (
    <div class="picker" role="group" aria-label="Models to ask">
      {names.map((name, at) => (
        <span class="picked" key={name}>
          <Menu
            class="start"
            buttonClass="picked-name"
            name={`Model ${at + 1}: ${name}`}
            label={
              <>
                <ModelName name={name} />
                <Icon name="down" />
              </>
            }
          >
            {others.length === 0 && <p class="menu-note">No other model is set up.</p>}
            {others.map((model) => (
              <ModelItem
                key={model.name}
                model={model}
                onChoose={() => {
                  exchange(at, model.name);
                }}
              />
            ))}
          </Menu>
          {names.length > 1 && (
            <button
              type="button"
              class="picked-remove"
              aria-label={`Do not ask ${name}`}
              onClick={() => {
                remove(name);
              }}
            >
              <Icon name="close" />
            </button>
          )}
        </span>
      ))}
      {others.length > 0 && names.length < MOST_COLUMNS && (
        <Menu
          class="start"
          name="Compare with another model"
          label={
            <>
              <Icon name="plus" />
              <span class="label">Compare</span>
            </>
          }
        >
          {others.map((model) => (
            <ModelItem
              key={model.name}
              model={model}
              onChoose={() => {
                chosen.value = [...names, model.name];
              }}
            />
          ))}
        </Menu>
      )}
    </div>
  );
}

function ModelItem({ model, onChoose }: { model: Model; onChoose: () => void }) {
  return (
    <button type="button" onClick={onChoose}>
      <ModelName name={model.name} />
      <span class="muted clip mono">{model.upstream_model}</span>
    </button>
  );
}
