import { marked, type Token } from 'marked';
import { memo } from './memo.tsx';
import { useRef } from 'preact/hooks';
import { Blocks } from './blocks.tsx';
import { LongText } from './long-text.tsx';

/** From here on a text is shown as it is: laying out a book as markdown would freeze the page. */
const MARKDOWN_MAX_CHARS = 60_000;

interface Lexed {
  /** How much of the text the settled blocks cover. */
  length: number;
  settled: Token[];
  text: string;
}

/** A model's answer, which may still be growing: only its last blocks are read again. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const lexed = useRef<Lexed>({ length: 0, settled: [], text: '' });
  if (text.length > MARKDOWN_MAX_CHARS) return <LongText text={text} />;
  return (
    <div class="answer-text">
      {blocksOf(text, lexed.current).map((token, index) => (
        <SettledBlock key={index} token={token} />
      ))}
    </div>
  );
});

/** The same token is the same block. */
const SettledBlock = memo(function SettledBlock({ token }: { token: Token }) {
  return <Blocks tokens={[token]} />;
});

/** Blocks that two others follow do not change any more. */
const OPEN_BLOCKS = 3;

function blocksOf(text: string, lexed: Lexed): Token[] {
  if (!text.startsWith(lexed.text)) Object.assign(lexed, { length: 0, settled: [] });
  lexed.text = text;
  const open = lex(text.slice(lexed.length));
  const shown = [...lexed.settled, ...open];
  const closed = open.slice(0, -OPEN_BLOCKS);
  // Reference links are looked up anywhere in the text: such a text is read whole each time.
  if (closed.length > 0 && !/^ {0,3}\[[^\]]+\]:/m.test(text)) {
    lexed.settled = [...lexed.settled, ...closed];
    lexed.length += closed.reduce((sum, { raw }) => sum + raw.length, 0);
  }
  return shown;
}

function lex(text: string): Token[] {
  try {
    return marked.lexer(text, { gfm: true, breaks: true });
  } catch {
    // Nested beyond what the lexer can follow.
    return [{ type: 'text', raw: text, text }];
  }
}
