import { useEffect } from 'preact/hooks';
import { keyWanted } from '../api/session.ts';
import { ChatView } from '../chat/chat-view.tsx';
import { FiguresView } from '../figures/figures-view.tsx';
import { KeysView } from '../keys/keys-view.tsx';
import { LogView } from '../log/log-view.tsx';
import { ModelsView } from '../models/models-view.tsx';
import { route, type View } from '../route.ts';
import { KeyDialog } from './key-dialog.tsx';
import { Navigation, NAMES } from './navigation.tsx';
import { ServiceBanner } from './service-banner.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';

const PAGES: Record<View, () => preact.ComponentChildren> = {
  chat: () => <ChatView />,
  log: () => <LogView />,
  figures: () => <FiguresView />,
  models: () => <ModelsView />,
  keys: () => <KeysView />,
};

export function Shell() {
  const { view } = route.value;
  useEffect(() => {
    document.title = view === 'chat' ? 'Parley' : `${NAMES[view]} · Parley`;
  }, [view]);
  return (
    <div class="shell">
      <Navigation />
      <main id="main" tabIndex={-1}>
        <ServiceBanner />
        {PAGES[view]()}
      </main>
      <ShortcutsDialog />
      {keyWanted.value !== undefined && <KeyDialog />}
    </div>
  );
}
