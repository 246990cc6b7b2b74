import { dirname, resolve } from 'node:path';
import { review } from '../src/review.ts';
import { createRulesEngine } from '../src/rules/engine.ts';
import type { Claim } from './claim.ts';
import { cweNumbers } from './weakness-families.ts';

/** Reviews the directory of a truth file with the built-in rules, as the command line does. */
export async function reviewCorpus(truthPath: string): Promise<Claim[]> {
  const directory = dirname(resolve(truthPath));
  const engine = await createRulesEngine();
  const { findings } = await review({
    paths: ['.'],
    cwd: directory,
    rules: engine,
  });
  return findings.map(({ location, cwe }) => ({
    file: location.file,
    line: location.startLine,
    endLine: location.endLine,
    cwe: cweNumbers([...cwe]),
  }));
}
