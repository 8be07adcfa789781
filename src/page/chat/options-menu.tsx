import { Icon } from '../ui/icon.tsx';
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
    <>
      <button type="button" class="button quiet" popovertarget="chat-options" aria-pressed={isChanged}>
        <Icon name="sliders" />
        <span class="label">Options</span>
      </button>
      <div
        id="chat-options"
        class="options"
        popover="auto"
        role="dialog"
        aria-label="Options of the next prompt"
      >
        <label class="field">
          System prompt
          <textarea
            class="input"
            rows={3}
            value={system}
            placeholder="You are …"
            onInput={({ currentTarget }) => {
              set({ system: currentTarget.value });
            }}
          />
        </label>
        <div class="pair">
          <label class="field">
            Temperature
            <input
              class="input"
              type="number"
              min="0"
              max="2"
              step="0.1"
              value={temperature}
              placeholder="0 – 2"
              onInput={({ currentTarget }) => {
                set({ temperature: currentTarget.value });
              }}
            />
          </label>
          <label class="field">
            Most tokens
            <input
              class="input"
              type="number"
              min="1"
              step="1"
              value={maxTokens}
              placeholder="no limit"
              onInput={({ currentTarget }) => {
                set({ maxTokens: currentTarget.value });
              }}
            />
          </label>
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={fallback}
            onChange={({ currentTarget }) => {
              set({ fallback: currentTarget.checked });
            }}
          />
          Let another model answer if the one asked cannot
        </label>
      </div>
    </>
  );
}
