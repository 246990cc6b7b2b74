/** Style of the page: light or dark as the reader's system is. Colours have a contrast of at least 4.5 to 1. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --muted: #57606a; --page: #ffffff; --panel: #f6f8fa; --line: #d0d7de;
  --link: #0550ae; --critical: #82071e; --high: #a40e26; --medium: #7d4e00; --low: #0550ae; --info: #57606a; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --muted: #9ba5b0; --page: #0d1117; --panel: #161b22;
  --line: #3d444d; --link: #79c0ff; --critical: #ffa198; --high: #ff938a; --medium: #e3b341; --low: #79c0ff;
  --info: #9ba5b0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--page); padding: 0.5rem; }
h1 { margin: 1.5rem 0 0.5rem; }
h2 { margin: 2rem 0 0.5rem; border-bottom: 1px solid var(--line); }
h2 code { font-size: 1.1rem; font-weight: 600; }
h3 { margin: 0; font-size: 1.1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; }
code, pre { font: 0.875rem/1.5 ui-monospace, monospace; }
pre { margin: 0.75rem 0; padding: 0.5rem; overflow-x: auto; background: var(--page); border: 1px solid var(--line); }
[data-line]::before { content: attr(data-line); display: inline-block; width: 3rem; margin-right: 1rem; text-align: right;
  color: var(--muted); user-select: none; }
article { margin: 1rem 0; padding: 1rem; background: var(--panel); border: 1px solid var(--line);
  border-left: 0.375rem solid var(--info); border-radius: 0.375rem; }
.critical { --severity: var(--critical); } .high { --severity: var(--high); } .medium { --severity: var(--medium); }
.low { --severity: var(--low); } .info { --severity: var(--info); }
article.critical, article.high, article.medium, article.low, article.info { border-left-color: var(--severity); }
.badge { color: var(--severity); border: 1px solid var(--severity); border-radius: 1rem; padding: 0 0.6rem;
  font-size: 0.875rem; font-weight: 600; }
.meta { margin: 0.25rem 0; color: var(--muted); font-size: 0.9rem; }
.role { display: inline-block; min-width: 4.5rem; color: var(--muted); }
.incomplete { border: 2px solid var(--high); border-radius: 0.375rem; padding: 0.75rem 1rem; font-weight: 600; }
form { display: flex; flex-wrap: wrap; gap: 1rem; align-items: end; padding: 0.75rem 1rem; margin: 1rem 0;
  border: 1px solid var(--line); border-radius: 0.375rem; background: var(--panel); }
fieldset { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0; padding: 0; border: 0; }
legend { padding: 0; font-weight: 600; }
form label { min-height: 1.75rem; }
select { max-width: 30rem; font: inherit; }
button { font: inherit; }
details { margin: 0.5rem 0; }
[hidden] { display: none !important; }
footer { margin: 3rem auto; color: var(--muted); }
`;
