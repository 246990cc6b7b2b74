import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { givenCommand } from '../../../test/given-command.ts';
import { checkArguments, filesOf, hasProfile } from './program-profile.ts';

/** A collection of commands with the decisions they should get. It is kept beside the repository, not in it. */
const corpus = new URL('../../../../../../shared/attack-corpus/bash.jsonl', import.meta.url);

interface Case {
  readonly id: string;
  readonly class: string;
  readonly kind: 'attack' | 'benign';
  readonly rules: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  readonly command: string;
}

/** Classes of attacks that are in the arguments alone. Others are in the shell, the mode, or where a path leads. */
const argumentClasses: ReadonlySet<string> = new Set([
  'git-flags',
  'find-fd',
  'search-flags',
  'sed',
  'awk',
  'writers',
  'pagers-remote',
  'runners',
]);

const canRun = existsSync(corpus);
if (!canRun) process.stdout.write('SKIPPED: the shell cases. They need their collection beside this repository.\n');

test.skipIf(!canRun)('judges the arguments of the shell cases safely', () => {
  const cases = readFileSync(corpus, 'utf8')
    .trim()
    .split('\n')
    // The collection documents this shape.
    .map((line) => JSON.parse(line) as Case);
  const unsafe: string[] = [];
  const annoying: string[] = [];
  let attacks = 0;
  let harmless = 0;
  for (const item of cases.filter(({ rules }) => rules.deny.length === 0)) {
    const answers = item.rules.allow.flatMap((rule) => judge(rule, item.command));
    if (answers.length === 0) continue;
    if (item.kind === 'benign') {
      harmless++;
      if (!answers.includes('safe')) annoying.push(item.id);
    } else if (argumentClasses.has(item.class)) {
      attacks++;
      if (answers.includes('safe')) unsafe.push(item.id);
    }
  }
  process.stdout.write(
    `Arguments: of ${attacks} attacks ${unsafe.length} unsafe, of ${harmless} harmless commands ${annoying.length} annoying.\n`,
  );
  expect(attacks).toBeGreaterThan(80);
  expect(harmless).toBeGreaterThan(120);
  expect({ unsafe, annoying }).toEqual({ unsafe: [], annoying: [] });
});

/** What the arguments say where a rule with a wildcard covers the words of a known program. */
function judge(rule: string, command: string): readonly ('safe' | 'unsafe')[] {
  const spec = /^Bash\((.*\*.*)\)$/su.exec(rule)?.[1];
  const given = spec === undefined ? undefined : givenCommand(spec, command);
  if (given === undefined || !hasProfile(given.program)) return [];
  const paths = filesOf(given.program, given.args)?.reads.map(({ path }) => path) ?? [];
  // Where paths lead is for the engine; in these cases the text tells.
  const leavesTree = paths.some(
    (path) => path.startsWith('/') || path.startsWith('~') || path.split('/').includes('..'),
  );
  const isSafe = checkArguments(given.program, given.args) === undefined && !leavesTree;
  return [isSafe ? 'safe' : 'unsafe'];
}
