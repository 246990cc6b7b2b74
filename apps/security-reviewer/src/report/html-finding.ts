import type { Finding, FindingLocation, RelatedLocation } from '../finding.ts';
import { sourceLines } from '../source-lines.ts';
import { linesOf, verificationOf } from './describe-review.ts';
import { type Html, markup } from './html-template.ts';
import { toVisibleName } from './inert-text.ts';

/**
 * A finding as a part of the page.
 *
 * @param fileIndex - By which the page knows its file.
 */
export function toFindingHtml(finding: Finding, fileIndex: number): Html {
  const { id, severity, title, location } = finding;
  return markup`<article
    id="${id}"
    class="${severity}"
    data-severity="${severity}"
    data-file="${fileIndex}"
    tabindex="-1"
    aria-labelledby="${id}-title"
  >
    <h3 id="${id}-title"><span class="badge">${severity}</span> ${title}</h3>
    <p class="meta"><a href="#${id}">${id}</a> · <code>${placeOf(location)}</code> · ${classesOf(finding)}</p>
    ${code(finding)}
    <p>${finding.explanation}</p>
    ${optional(finding.impact, (impact) => markup`<p><strong>Impact:</strong> ${impact}</p>`)} ${steps(finding)}
    <p><strong>Fix:</strong> ${finding.recommendation}</p>
    ${fix(finding)}
    <p class="meta">
      ${finding.ruleId} · confidence ${Math.round(finding.confidence * 100)} % ·
      ${verificationOf(finding)}${optional(finding.verification.note, (note) => markup`: ${note}`)} · fingerprint
      <code>${finding.fingerprint}</code>
    </p>
    ${optional(finding.suppressed, ({ by, reason }) => markup`<p class="meta">Suppressed (${by}): ${reason ?? 'no reason given'}</p>`)}
  </article>`;
}

function code({ id, evidence, location }: Finding): Html {
  const lines = sourceLines(evidence).map(
    (line, index) => markup`<span class="line" data-line="${location.startLine + index}">${line}</span>`,
  );
  return markup`<pre tabindex="0" role="region" aria-label="Code of ${id}"><code>${lines}</code></pre>`;
}

/** Links lead to MITRE and OWASP alone, and are made of numbers. */
function classesOf({ cwe, owasp }: Finding): Html {
  const weaknesses = cwe.map((name) => {
    const number = /^CWE-(\d{1,6})$/.exec(name)?.[1];
    return number === undefined
      ? markup`${name}`
      : link(`https://cwe.mitre.org/data/definitions/${number}.markup`, name);
  });
  const categories = owasp.map((name) =>
    /^A\d{2}:2021$/.test(name) ? link('https://owasp.org/Top10/2021/', name) : markup`${name}`,
  );
  return markup`${[...weaknesses, ...categories]}`;
}

function link(address: string, name: string): Html {
  return markup`<a href="${address}" rel="noopener noreferrer">${name}</a>`;
}

function steps({ id, related }: Finding): Html {
  if (related.length === 0) return markup``;
  return markup`<p id="${id}-steps"><strong>How the data gets there:</strong></p>
    <ol aria-labelledby="${id}-steps">
      ${related.map(step)}
    </ol>`;
}

function step(place: RelatedLocation): Html {
  return markup`<li><span class="role">${place.role}</span> <code>${placeOf(place)}</code> ${place.note ?? ''}</li>`;
}

function fix({ id, fix: change }: Finding): Html {
  if (change === undefined) return markup``;
  const edits = change.edits.map(
    ({ location, replacement }) =>
      markup`<p class="meta">Instead of <code>${placeOf(location)}</code>:</p>
        <pre
          tabindex="0"
          role="region"
          aria-label="Fix of ${id}"
        ><code>${sourceLines(replacement).map((line) => markup`<span class="line">${line}</span>`)}</code></pre>`,
  );
  return markup`<details>
    <summary>${change.description}</summary>
    ${edits}
  </details>`;
}

/** `src/a.py:13–14`. */
function placeOf(location: FindingLocation): string {
  return `${toVisibleName(location.file)}:${linesOf(location)}`;
}

function optional<Value>(value: Value | undefined, render: (value: Value) => Html): Html {
  return value === undefined ? markup`` : render(value);
}
