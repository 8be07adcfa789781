import type { Token, Tokens } from 'marked';
import type { ComponentChildren } from 'preact';
import { CopyButton } from './copy-button.tsx';
import { Inline } from './inline.tsx';

/** Block tokens of marked as nodes; what it calls HTML is shown as the text it is. */
export function Blocks({ tokens }: { tokens: readonly Token[] }) {
  return (
    <>
      {tokens.map((token, index) => (
        <Block key={index} token={token as MarkedToken} />
      ))}
    </>
  );
}

type MarkedToken =
  | Tokens.Heading
  | Tokens.Paragraph
  | Tokens.Code
  | Tokens.List
  | Tokens.Table
  | Tokens.Blockquote
  | Tokens.Hr
  | Tokens.Text
  | Tokens.Space
  | Tokens.HTML
  | Tokens.Def;

function Block({ token }: { token: MarkedToken }): ComponentChildren {
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'hr':
      return <hr />;
    case 'heading':
      return (
        <Heading depth={token.depth}>
          <Inline tokens={token.tokens} />
        </Heading>
      );
    case 'code':
      return <CodeBlock text={token.text} language={token.lang ?? ''} />;
    case 'list':
      return <List list={token} />;
    case 'table':
      return <TableBlock table={token} />;
    case 'blockquote':
      return (
        <blockquote>
          <Blocks tokens={token.tokens} />
        </blockquote>
      );
    case 'text':
      return token.tokens ? <Inline tokens={token.tokens} /> : token.text;
    case 'paragraph':
      return (
        <p>
          <Inline tokens={token.tokens} />
        </p>
      );
    case 'html':
      return <p>{token.raw}</p>;
  }
}

/** All of one level, below the headings of the page, whatever the answer skips; they differ in looks. */
function Heading({ depth, children }: { depth: number; children: ComponentChildren }) {
  return <h3 class={`h${Math.min(depth, 3)}`}>{children}</h3>;
}

function CodeBlock({ text, language }: { text: string; language: string }) {
  const name = /^[\w+#.-]{1,20}/.exec(language)?.[0] ?? '';
  return (
    <div class="code-block">
      <div class="code-head">
        <span>{name || 'text'}</span>
        <CopyButton text={text} label="Copy code" />
      </div>
      <pre tabIndex={0} role="group" aria-label={`Code, ${name || 'text'}`}>
        <code>{text}</code>
      </pre>
    </div>
  );
}

function List({ list }: { list: Tokens.List }) {
  const items = list.items.map((item, index) => (
    <li key={index} class={item.task ? 'task' : undefined}>
      {item.task && (
        <input
          type="checkbox"
          checked={item.checked ?? false}
          disabled
          aria-label={item.checked ? 'done' : 'to do'}
        />
      )}
      <Blocks tokens={item.tokens.filter(({ type }) => type !== 'checkbox')} />
    </li>
  ));
  return list.ordered ? <ol start={list.start === '' ? 1 : list.start}>{items}</ol> : <ul>{items}</ul>;
}

function TableBlock({ table }: { table: Tokens.Table }) {
  const aligned = (index: number) => (table.align[index] ? `align-${table.align[index]}` : undefined);
  return (
    <div class="answer-table" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>
            {table.header.map((cell, index) => (
              <th key={index} class={aligned(index)}>
                <Inline tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, index) => (
                <td key={index} class={aligned(index)}>
                  <Inline tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
