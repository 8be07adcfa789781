import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/chat.css';
import './styles/answer.css';
import './styles/log.css';
import './styles/figures.css';
import { followService } from './api/service.ts';
import { keepConversation } from './chat/chat-state.ts';
import { startClock } from './clock.ts';
import { followAddress } from './route.ts';
import { Shell } from './shell/shell.tsx';
import { listenForShortcuts } from './shell/shortcuts.ts';
import { applyTheme } from './theme.ts';

applyTheme();
followAddress();
startClock();
keepConversation();
followService();
listenForShortcuts();

const root = document.getElementById('app');
if (root) render(<Shell />, root);
