/**
 * The style sheet of a report. Uses no font, image or other file, because reports are passed on. Contains none of the
 * characters that HTML escapes, because its hash is in the CSP.
 */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#faf9f6, #131412);
  --panel: light-dark(#ffffff, #1a1b19);
  --line: light-dark(#e4e1da, #2e302d);
  --ink: light-dark(#1d1e1b, #ecece6);
  --ink-2: light-dark(#55564f, #b3b4ac);
  --accent: light-dark(#0d6b58, #62c9b0);
  --gone: light-dark(#fbe3df, #4a211c);
  --come: light-dark(#dcf0e3, #17382a);
  --bad: light-dark(#a8261c, #ff9b8e);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 84rem;
  padding: 2rem 1rem 4rem;
  background: var(--paper);
  color: var(--ink);
  font: 0.9375rem/1.5 Inter, ui-sans-serif, system-ui, Segoe UI, Roboto, sans-serif;
}
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.25rem; }
h3 { margin: 0 0 0.5rem; font-size: 0.8125rem; color: var(--ink-2); font-weight: 600; }
p { margin: 0.5rem 0; }
.quiet { color: var(--ink-2); }
.bad { color: var(--bad); }
.note { border-left: 3px solid var(--bad); padding-left: 0.75rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.summary { width: 100%; background: var(--panel); border: 1px solid var(--line); }
th, td { padding: 0.375rem 0.75rem; text-align: right; white-space: nowrap; font-weight: 400; }
th:first-child, td:first-child { text-align: left; }
thead th { color: var(--ink-2); font-size: 0.8125rem; }
tbody tr:first-child td, tbody tr:first-child th { border-top: 1px solid var(--line); }
.difference td, .difference th { color: var(--ink-2); font-size: 0.8125rem; padding-top: 0; }
details { margin: 0.5rem 0; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
summary { display: flex; gap: 0.75rem; padding: 0.625rem 0.875rem; cursor: pointer; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 8px; }
summary .excerpt { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
summary .figure { white-space: nowrap; color: var(--ink-2); font-variant-numeric: tabular-nums; }
.entry { padding: 0 0.875rem 0.875rem; }
.entry section { margin-top: 1rem; }
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; }
.text {
  margin: 0;
  padding: 0.75rem;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 6px;
  font: inherit;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  unicode-bidi: isolate;
}
del { background: var(--gone); text-decoration: none; border-bottom: 2px solid var(--bad); }
ins { background: var(--come); text-decoration: none; border-bottom: 2px solid var(--accent); }
@media (max-width: 45rem) { .sides { grid-template-columns: 1fr; } summary .figure { display: none; } }
@media print { details { break-inside: avoid; } }
`;
