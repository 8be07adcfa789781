import type { Token, Tokens } from 'marked';
import type { ComponentChildren } from 'preact';

const SAFE_LINK = /^(https?:|mailto:)/i;

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  times: '×',
  rarr: '→',
  larr: '←',
};

/** Character references as characters; they end up in text nodes. */
function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return ENTITIES[name] ?? whole;
    const point = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

/**
 * Text tokens of marked as nodes. What marked calls HTML is shown as the text it is, an image becomes a link to it, and
 * only web and mail addresses become links: nothing in an answer runs or is loaded.
 */
export function Inline({ tokens }: { tokens: readonly Token[] | undefined }) {
  return (
    <>
      {tokens?.map((token, index) => (
        <InlineToken key={index} token={token} />
      ))}
    </>
  );
}

function InlineToken({ token }: { token: Tokens.Generic }): ComponentChildren {
  const inside = <Inline tokens={token.tokens} />;
  switch (token.type) {
    case 'strong':
      return <strong>{inside}</strong>;
    case 'em':
      return <em>{inside}</em>;
    case 'del':
      return <del>{inside}</del>;
    case 'codespan':
      return <code>{textOf(token)}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <OutsideLink href={String(token.href)}>{inside}</OutsideLink>;
    case 'image':
      return (
        <OutsideLink href={String(token.href)}>Image: {textOf(token) || String(token.href)}</OutsideLink>
      );
    case 'text':
      return token.tokens ? inside : decoded(textOf(token));
    case 'escape':
      return textOf(token);
    default:
      return token.raw;
  }
}

function textOf(token: Tokens.Generic): string {
  return typeof token.text === 'string' ? token.text : token.raw;
}

function OutsideLink({ href, children }: { href: string; children: ComponentChildren }) {
  if (!SAFE_LINK.test(href)) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
