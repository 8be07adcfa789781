type Part = string | number | Markup | undefined | readonly Part[];

/** Text that is already HTML. Only `markup` creates it, so anything else is escaped. */
export class Markup {
  private constructor(readonly text: string) {}

  static of(strings: TemplateStringsArray, parts: readonly Part[]): Markup {
    return new Markup(String.raw({ raw: strings }, ...parts.map(escaped)));
  }
}

/** HTML in which every value is escaped. Values may be in elements and in quoted attributes. */
export function markup(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return Markup.of(strings, parts);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\0': '\uFFFD',
};

function escaped(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(escaped).join('');
  return String(part).replace(/[&<>"'\0]/g, (character) => ENTITIES[character] ?? '');
}
