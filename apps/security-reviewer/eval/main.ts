// `pnpm eval TRUTH`: how many of the known weaknesses of a corpus a review finds, and how much of what it says is wrong.
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { readClaims } from './claim.ts';
import { formatScore } from './format-score.ts';
import { reviewCorpus } from './review-corpus.ts';
import { score } from './score.ts';
import { readTruth } from './truth.ts';

const HELP = `pnpm eval TRUTH [options]

Reviews the directory of TRUTH, a file of one JSON object a line, with the built-in rules, and compares.

  --findings FILE   score this report instead: SARIF, JSON of this reviewer or of bandit, or [{ file, line, cwe }]
  --language EXT    only files with this ending, such as py; may be given several times
  --under DIR       only files below it
  --list N          list up to N missed weaknesses and wrong findings
`;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    findings: { type: 'string' },
    language: { type: 'string', multiple: true, default: [] },
    under: { type: 'string', default: '' },
    list: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});

const [truthPath] = positionals;

if (values.help || truthPath === undefined) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  const under = values.under === '' ? '' : values.under.replace(/\/*$/, '/');
  const truth = readTruth(readFileSync(truthPath, 'utf8')).filter(
    ({ file }) =>
      (values.language.length === 0 || values.language.includes(extname(file).slice(1))) && file.startsWith(under),
  );
  const claims =
    values.findings === undefined ? await reviewCorpus(truthPath) : readClaims(readFileSync(values.findings, 'utf8'));
  console.log(formatScore(score(claims, truth), { listed: Number(values.list) }));
}
