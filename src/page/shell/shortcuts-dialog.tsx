import { Dialog } from '../ui/dialog.tsx';
import { SHORTCUTS, shortcutsShown } from './shortcuts.ts';

export function ShortcutsDialog() {
  if (!shortcutsShown.value) return null;
  const close = () => {
    shortcutsShown.value = false;
  };
  return (
    <Dialog title="Keyboard shortcuts" onClose={close} closeLabel="Close">
      <dl class="shortcuts">
        {SHORTCUTS.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
