/**
 * Script of the page: hides what the reader has filtered out. The same bytes in every report, so that the page can name
 * them by their hash and run no others; without it everything is shown.
 */
export const HTML_SCRIPT = `
'use strict';
const form = document.getElementById('filters');
const shown = document.getElementById('shown');
const file = document.getElementById('file');
const findings = [...document.querySelectorAll('article[data-severity]')];
const sections = [...document.querySelectorAll('section[data-file]')];
function filter() {
  const severities = new Set([...form.querySelectorAll('input:checked')].map((input) => input.value));
  let count = 0;
  for (const finding of findings) {
    const isFile = file.value === '' || finding.dataset.file === file.value;
    finding.hidden = !isFile || !severities.has(finding.dataset.severity);
    if (!finding.hidden) count += 1;
  }
  for (const section of sections) section.hidden = !section.querySelector('article:not([hidden])');
  shown.textContent = count + ' of ' + findings.length + ' findings shown';
}
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null || !target.matches('article')) return;
  if (target.hidden) { form.reset(); filter(); }
  target.focus();
}
if (form !== null) {
  form.hidden = false;
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(filter));
  addEventListener('hashchange', reveal);
  filter();
  reveal();
}
`;
