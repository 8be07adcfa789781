import type { Exchange } from './exchange.js';
import type { Interruption } from './frames.js';

export async function interrupt(exchange: Exchange, how: Interruption): Promise<void> {
  switch (how) {
    case 'stall':
      await exchange.untilGone();
      return;
    case 'cut':
      exchange.cut();
      return;
    case 'reset':
      await exchange.reset();
      return;
    case 'end':
      exchange.response.end();
  }
}
