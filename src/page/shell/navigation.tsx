import { service } from '../api/service.ts';
import { forgetKey, holder, key } from '../api/session.ts';
import { hrefOf, route, VIEWS, type View } from '../route.ts';
import { theme, THEMES, type Theme } from '../theme.ts';
import { Button } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { shortcutsShown } from './shortcuts.ts';

export const NAMES: Record<View, string> = {
  chat: 'Chat',
  log: 'Log',
  figures: 'Figures',
  models: 'Models',
  keys: 'Keys',
};

/** Managing keys needs an admin's; without access there are none to manage. */
function isShown(view: View): boolean {
  return view !== 'keys' || holder.value?.role === 'admin' || route.value.view === 'keys';
}

export function Navigation() {
  return (
    <nav class="rail" aria-label="Views">
      <a class="brand" href={hrefOf('chat')} aria-label="Parley">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path class="one" d="M8 9.500h9.500a3 3 0 0 1 3 3v2a3 3 0 0 1-3 3H12l-4 3.200z" />
          <path
            class="two"
            d="M23 13v3.600a3.400 3.400 0 0 1-3.400 3.400H15v.4a2.400 2.400 0 0 0 2.400 2.400h3.400l3.700 2.700v-9.700a2.600 2.600 0 0 0-1.500-2.800z"
          />
        </svg>
        <span>Parley</span>
      </a>
      <ul>
        {VIEWS.filter(isShown).map((view) => (
          <li key={view}>
            <a
              class="rail-link"
              href={hrefOf(view)}
              aria-current={route.value.view === view ? 'page' : undefined}
            >
              <Icon name={view} />
              <span>{NAMES[view]}</span>
              <span class="keys" aria-hidden="true">
                <kbd>g</kbd> <kbd>{view.charAt(0)}</kbd>
              </span>
            </a>
          </li>
        ))}
      </ul>
      <div class="rail-end">
        <Holder />
        <a class="rail-link" href="docs">
          <Icon name="link" />
          <span>API docs</span>
        </a>
        <div class="rail-tools">
          <ThemeButton />
          <Button
            kind="quiet"
            icon="keyboard"
            only="Keyboard shortcuts"
            onClick={() => {
              shortcutsShown.value = true;
            }}
          />
          <Status />
        </div>
      </div>
    </nav>
  );
}

function Holder() {
  if (key.value === '') return null;
  return (
    <div class="holder">
      <span class="clip">{holder.value?.name ?? 'Signed in'}</span>
      {holder.value && <span class="tag">{holder.value.role}</span>}
      <Button kind="quiet" icon="leave" only="Forget the key" onClick={forgetKey} />
    </div>
  );
}

const THEME_ICONS: Record<Theme, IconName> = { auto: 'auto', light: 'sun', dark: 'moon' };

function ThemeButton() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'auto';
  const label = `Theme: ${theme.value === 'auto' ? 'as the system' : theme.value}. Change to ${next}`;
  return (
    <Button
      kind="quiet"
      class="theme"
      icon={THEME_ICONS[theme.value]}
      only={label}
      onClick={() => {
        theme.value = next;
      }}
    />
  );
}

const STATUS = { unknown: 'Connecting', ready: 'Ready', busy: 'Not ready', gone: 'Not reached' };

function Status() {
  return (
    <span class={`status ${service.value}`} role="status">
      {STATUS[service.value]}
    </span>
  );
}
