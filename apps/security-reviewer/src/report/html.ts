import { createHash } from 'node:crypto';
import type { LeftOutFile } from '../collect-files.ts';
import { SEVERITIES, type Finding } from '../finding.ts';
import type { ReviewNotice, ReviewResult } from '../review-result.ts';
import { count, coverageOf, diffOf, limitsOf, reviewerName, summaryOf, whyIncomplete } from './describe-review.ts';
import { formatCost } from './format-cost.ts';
import { toFindingHtml } from './html-finding.ts';
import { HTML_SCRIPT } from './html-script.ts';
import { HTML_STYLE } from './html-style.ts';
import { Html, markup } from './html-template.ts';
import { toVisibleName } from './inert-text.ts';

/**
 * The report as one page that needs nothing else: findings by file, to be filtered by severity and file. The page may
 * run its own script and use its own style, by their hashes, and nothing more: no text in it can load or run anything.
 *
 * @param version - Version of the program.
 */
export function toHtml(result: ReviewResult, version: string): string {
  const incomplete = whyIncomplete(result);
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>Security review</title>
        ${new Html(`<style>${HTML_STYLE}</style>`)}
      </head>
      <body>
        <a class="skip" href="#findings">Skip to the findings</a>
        <header>
          <h1>Security review</h1>
          ${header(result, version)}
        </header>
        <main>
          ${incomplete === undefined ? markup`` : markup`<p class="incomplete">This review is incomplete: ${incomplete}.</p>`}
          <h2 id="findings" tabindex="-1">Findings</h2>
          <p>${summaryOf(result)}</p>
          ${filters(result.findings)} ${byFile(result.findings).map(fileSection)} ${notices(result.notices)}
          ${leftOut('Failed', result.coverage.failed)}
          ${leftOut('Not reviewed by the model', result.coverage.notByModel)}
          ${leftOut('Skipped', result.coverage.skipped)} ${otherFindings('Suppressed', result.suppressed)}
          ${otherFindings('Turned down by verification', result.rejected)} ${stages(result)}
        </main>
        <footer><p>${limitsOf(result)}</p></footer>
        ${new Html(`<script>${HTML_SCRIPT}</script>`)}
      </body>
    </html>
`;
  return page.toString();
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const contentSecurityPolicy: string = [
  "default-src 'none'",
  `style-src ${hashOf(HTML_STYLE)}`,
  `script-src ${hashOf(HTML_SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

function header(result: ReviewResult, version: string): Html {
  const { target, coverage, costUsd, tokens } = result;
  const rows: readonly (readonly [string, string])[] = [
    ['Reviewed by', toVisibleName(reviewerName(result))],
    ['Paths', target.paths.map(toVisibleName).join(', ')],
    ...(target.diff === undefined ? [] : ([['Change', diffOf(target.diff)]] as const)),
    ['Coverage', coverageOf(coverage)],
    ['Cost', `${formatCost(costUsd)}, ${count(tokens, 'token')}`],
    ['Program', `security-reviewer ${version}`],
  ];
  return markup`<dl>
    ${rows.map(
      ([term, value]) =>
        markup`<dt>${term}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function byFile(findings: readonly Finding[]): [string, Finding[]][] {
  return [...Map.groupBy(findings, ({ location }) => location.file)];
}

/** Hidden until the script runs: without it they would do nothing. */
function filters(findings: readonly Finding[]): Html {
  if (findings.length === 0) return markup``;
  const present = SEVERITIES.filter((severity) => findings.some((finding) => finding.severity === severity));
  const boxes = present.map(
    (severity) => markup`<label><input type="checkbox" value="${severity}" checked /> ${severity}</label>`,
  );
  const options = byFile(findings).map(
    ([file, ofFile], index) => markup`<option value="${index}">${toVisibleName(file)} (${ofFile.length})</option>`,
  );
  return markup`<form id="filters" hidden aria-label="Filter the findings">
    <fieldset>
      <legend>Severity</legend>
      ${boxes}
    </fieldset>
    <div>
      <label for="file"><strong>File</strong></label
      ><br /><select id="file" autocomplete="off">
        <option value="">All files</option>
        ${options}
      </select>
    </div>
    <button type="reset">Show all</button>
    <output id="shown" for="file" aria-live="polite"></output>
  </form>`;
}

function fileSection([file, findings]: readonly [string, readonly Finding[]], index: number): Html {
  return markup`<section data-file="${index}">
    <h2><code>${toVisibleName(file)}</code></h2>
    ${findings.map((finding) => toFindingHtml(finding, index))}
  </section>`;
}

function notices(all: readonly ReviewNotice[]): Html {
  const items = all.map(({ level, file, line, message }) => {
    const place =
      file === undefined
        ? markup``
        : markup`<code>${toVisibleName(file)}${line === undefined ? '' : `:${line}`}</code> `;
    return markup`<li><strong>${level}</strong>: ${place}${message}</li>`;
  });
  return items.length === 0
    ? markup``
    : markup`<h2>Notices</h2>
        <ul>
          ${items}
        </ul>`;
}

/** The files that were left out, by reason: the commonest first. */
function leftOut(title: string, entries: readonly LeftOutFile[]): Html {
  if (entries.length === 0) return markup``;
  const groups = [...Map.groupBy(entries, ({ reason }) => reason)].toSorted(
    ([, left], [, right]) => right.length - left.length,
  );
  const lists = groups.map(
    ([reason, group]) =>
      markup`<details>
        <summary>${reason} (${group.length})</summary>
        <ul>
          ${group.map(({ file }) => markup`<li><code>${toVisibleName(file)}</code></li>`)}
        </ul>
      </details>`,
  );
  return markup`<h2>${title}</h2>
    ${lists}`;
}

/** Findings that do not count: they have no part in the filters. */
function otherFindings(title: string, findings: readonly Finding[]): Html {
  if (findings.length === 0) return markup``;
  const items = findings.map(({ location, title: name, suppressed, verification }) => {
    const why = suppressed === undefined ? verification.note : `${suppressed.by}: ${suppressed.reason ?? ''}`;
    return markup`<li><code>${toVisibleName(location.file)}:${location.startLine}</code> ${name} — ${why ?? ''}</li>`;
  });
  return markup`<h2>${title}</h2>
    <details>
      <summary>${count(findings.length, 'finding')}</summary>
      <ul>
        ${items}
      </ul>
    </details>`;
}

function stages({ stages: all }: ReviewResult): Html {
  if (all.length === 0) return markup``;
  const items = all.map(
    ({ name, ran, note }) =>
      markup`<li>${name}: ${ran ? 'ran' : 'did not run'}${note === undefined ? '' : ` — ${note}`}</li>`,
  );
  return markup`<h2>Stages</h2>
    <ul>
      ${items}
    </ul>`;
}
