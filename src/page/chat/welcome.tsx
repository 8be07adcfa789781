import { draft } from './chat-state.ts';
import { focusPrompt } from './focus-prompt.ts';

const EXAMPLES = [
  'Explain how a hash map resolves collisions, with a short example in TypeScript.',
  'Write a polite reply that declines a meeting and offers two other times.',
  'Compare SQLite, PostgreSQL and DuckDB for an event log, as a table.',
];

export function Welcome() {
  return (
    <div class="welcome">
      <h2>Ask one model, or several side by side</h2>
      <p>Every answer is measured and kept in the log.</p>
      <ul>
        {EXAMPLES.map((example) => (
          <li key={example}>
            <button
              type="button"
              onClick={() => {
                draft.value = example;
                focusPrompt();
              }}
            >
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
