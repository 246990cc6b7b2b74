import type { Measure, Score } from './score.ts';

/** How many misses and wrong claims to list. */
export interface FormatOptions {
  readonly listed: number;
}

const HEAD = `${' '.repeat(30)}  weak  found  recall  wrong  precision  unjudged`;

/** The score as tables of text. */
export function formatScore(score: Score, { listed }: FormatOptions): string {
  const { overall, byLanguage, byKind, safeLines, cleanFiles, missed, wrong } = score;
  const lines = [
    HEAD,
    row('all', overall),
    ...[...byLanguage].map(([language, measure]) => row(`  ${language}`, measure)),
    `safe look-alikes flagged: ${safeLines.flagged} of ${safeLines.all}; files without a weakness flagged: ${cleanFiles.flagged} of ${cleanFiles.all}`,
    '',
    ...[...byKind].map(([kind, measure]) => row(`  ${kind}`, measure)),
  ];
  if (listed > 0) {
    lines.push('', 'missed', ...missed.slice(0, listed).map(({ file, line, kind }) => `  ${file}:${line} ${kind}`));
    lines.push(
      'wrong',
      ...wrong.slice(0, listed).map(({ file, line, cwe }) => `  ${file}:${line} CWE-${cwe.join(' CWE-')}`),
    );
  }
  return `${lines.join('\n')}\n`;
}

function row(name: string, { weak, found, recall, wrong, precision, unjudged }: Measure): string {
  return [
    name.padEnd(30),
    String(weak).padStart(6),
    String(found).padStart(7),
    percent(recall).padStart(8),
    String(wrong).padStart(7),
    percent(precision).padStart(11),
    String(unjudged).padStart(10),
  ].join('');
}

function percent(share: number | undefined): string {
  return share === undefined ? '–' : (share * 100).toFixed(1);
}
