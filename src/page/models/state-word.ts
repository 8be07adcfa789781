interface StateWord {
  kind: '' | 'good' | 'warn' | 'bad';
  word: string;
  hint: string;
}

const WORDS: Record<string, StateWord> = {
  ok: { kind: 'good', word: 'Works', hint: 'Asked as usual.' },
  probing: { kind: 'warn', word: 'Trying', hint: 'One call tries whether it works again.' },
  failing: { kind: 'bad', word: 'Failing', hint: 'Spared after failures; tried again soon.' },
  resting: { kind: 'warn', word: 'Resting', hint: 'The provider limits the rate.' },
  set_aside: {
    kind: 'bad',
    word: 'Set aside',
    hint: 'The provider no longer serves it; tried again in an hour.',
  },
};

/** How a slug is, for people. */
export function stateWord(state: string): StateWord {
  return WORDS[state] ?? { kind: '', word: state, hint: '' };
}
