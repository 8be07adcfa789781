import { askable, models } from '../api/service.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { ModelName } from '../ui/model-name.tsx';
import { Skeleton } from '../ui/view-parts.tsx';
import { asked, chosen, MOST_COLUMNS } from './chat-state.ts';

/** The models that the next prompt goes to, each to be exchanged or taken away, and one more to be added. */
export function ModelPicker() {
  if (!models.value) return <Skeleton class="picker-skeleton" label="Reading the models" />;
  if (askable.value.length === 0) return <span class="muted">No model is set up.</span>;
  const names = asked.value;
  const choose = (next: readonly string[]) => {
    chosen.value = next;
  };
  return (
    <div class="picker" role="group" aria-label="Models to ask">
      {names.map((name, at) => (
        <span class="picked" key={name}>
          <Menu
            buttonClass="picked-name"
            name={`Model ${at + 1}: ${name}`}
            label={
              <>
                <ModelName name={name} />
                <Icon name="down" />
              </>
            }
          >
            <OtherModels onChoose={(other) => choose(names.with(at, other))} />
          </Menu>
          {names.length > 1 && (
            <button
              type="button"
              class="picked-remove"
              aria-label={`Do not ask ${name}`}
              onClick={() => choose(names.filter((other) => other !== name))}
            >
              <Icon name="close" />
            </button>
          )}
        </span>
      ))}
      {names.length < Math.min(MOST_COLUMNS, askable.value.length) && (
        <Menu name="Compare with another model" icon="plus" label={<span class="label">Compare</span>}>
          <OtherModels onChoose={(other) => choose([...names, other])} />
        </Menu>
      )}
    </div>
  );
}

function OtherModels({ onChoose }: { onChoose: (name: string) => void }) {
  const others = askable.value.filter(({ name }) => !asked.value.includes(name));
  if (others.length === 0) return <p class="menu-note">No other model is set up.</p>;
  return (
    <>
      {others.map(({ name, upstream_model }) => (
        <button type="button" key={name} onClick={() => onChoose(name)}>
          <ModelName name={name} />
          <span class="muted clip mono">{upstream_model}</span>
        </button>
      ))}
    </>
  );
}
