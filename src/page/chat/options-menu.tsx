import { Check, Field } from '../ui/field.tsx';
import { Menu } from '../ui/menu.tsx';
import { options } from './chat-state.ts';
import type { ChatOptions } from './conversation.ts';

/** How the models are asked. What is left empty is left to them. */
export function OptionsMenu() {
  const { system, temperature, maxTokens, fallback } = options.value;
  const set = (changes: Partial<ChatOptions>) => {
    options.value = { ...options.value, ...changes };
  };
  const isChanged = system !== '' || temperature !== '' || maxTokens !== '' || fallback;
  return (
    <Menu class="options" icon="sliders" label={<span class="label">Options</span>} isPressed={isChanged}>
      <label class="field">
        System prompt
        <textarea
          class="input"
          rows={3}
          value={system}
          placeholder="You are …"
          onInput={({ currentTarget }) => set({ system: currentTarget.value })}
        />
      </label>
      <div class="pair">
        <Field
          label="Temperature"
          type="number"
          min="0"
          max="2"
          step="0.1"
          value={temperature}
          placeholder="0 – 2"
          onText={(text) => set({ temperature: text })}
        />
        <Field
          label="Most tokens"
          type="number"
          min="1"
          step="1"
          value={maxTokens}
          placeholder="no limit"
          onText={(text) => set({ maxTokens: text })}
        />
      </div>
      <Check
        label="Let another model answer if the one asked cannot"
        checked={fallback}
        onChange={({ currentTarget }) => set({ fallback: currentTarget.checked })}
      />
    </Menu>
  );
}
