import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPolicy, type PermissionMode } from './index.ts';

/** A collection of commands with the decisions they should get. It is kept beside the repository, not in it. */
const corpus = new URL('../../../../shared/attack-corpus/bash.jsonl', import.meta.url);
const fixtureFile = new URL('../../../../shared/attack-corpus/bash-fixture.json', import.meta.url);

interface Case {
  readonly id: string;
  readonly class: string;
  readonly kind: 'attack' | 'benign';
  readonly rules: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  readonly mode: PermissionMode;
  readonly interactive?: boolean;
  readonly command: string;
  readonly expect: 'allow' | 'ask' | 'deny';
}

interface Fixture {
  readonly files: Record<string, string>;
  readonly executable: readonly string[];
  readonly symlinks: Record<string, string>;
  readonly outside: Record<string, string>;
  readonly besideRoot: Record<string, string>;
}

type Verdict = 'pass' | 'unsafe' | 'weak' | 'strict' | 'annoying';

let base: string;
let root: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'shell-corpus-')));
  root = join(base, 'root');
});
afterAll(async () => {
  await rm(base, { recursive: true });
});

const canRun = existsSync(corpus) && process.platform !== 'win32';
if (!canRun) {
  process.stdout.write(
    'SKIPPED: the shell cases. They need their collection beside this repository, and a POSIX system.\n',
  );
}

test.skipIf(!canRun)('judges the shell cases safely, and lets harmless ones pass', async () => {
  // The collection documents both shapes.
  layOut(JSON.parse(readFileSync(fixtureFile, 'utf8')) as Fixture);
  const cases = readFileSync(corpus, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case);
  const verdicts: { readonly item: Case; readonly verdict: Verdict }[] = [];
  for (const item of cases) verdicts.push({ item, verdict: verdictOn(item, await answerTo(item)) });
  const found = (verdict: Verdict): string[] =>
    verdicts.filter((one) => one.verdict === verdict).map(({ item }) => item.id);
  process.stdout.write(tableOf(verdicts));
  expect(cases.length).toBeGreaterThan(600);
  expect({ unsafe: found('unsafe'), weak: found('weak') }).toEqual({ unsafe: [], weak: [] });
  const harmless = cases.filter(({ expect: expected }) => expected === 'allow').length;
  expect(found('annoying').length / harmless).toBeLessThanOrEqual(0.02);
});

async function answerTo({ command, mode, rules, interactive }: Case): Promise<Case['expect']> {
  const policy = createPolicy({ root, home: join(base, 'home'), mode, allow: rules.allow, deny: rules.deny });
  const { decision } = await policy.decide({
    tool: { name: 'Bash', accessKinds: ['execute'] },
    args: { command },
    access: [{ kind: 'execute', command }],
    cwd: root,
    sessionId: 's',
    toolUseId: 't',
    grants: [],
  });
  return decision === 'ask' && interactive === false ? 'deny' : decision;
}

function verdictOn({ expect: expected }: Case, answer: Case['expect']): Verdict {
  if (expected === 'allow') return answer === 'allow' ? 'pass' : 'annoying';
  if (answer === expected) return 'pass';
  if (answer === 'allow') return 'unsafe';
  return expected === 'deny' ? 'weak' : 'strict';
}

/** One line for each class. */
function tableOf(verdicts: readonly { readonly item: Case; readonly verdict: Verdict }[]): string {
  const classes = new Map<string, Verdict[]>();
  for (const { item, verdict } of verdicts) classes.set(item.class, [...(classes.get(item.class) ?? []), verdict]);
  const lines = [...classes].map(([name, all]) => {
    const count = (verdict: Verdict): string => `${all.filter((one) => one === verdict).length} ${verdict}`;
    return `  ${name.padEnd(20)} ${String(all.length).padStart(3)}: ${count('unsafe')}, ${count('weak')}, ${count('strict')}, ${count('annoying')}`;
  });
  return `Shell cases:\n${lines.join('\n')}\n`;
}

function layOut(fixture: Fixture): void {
  const outside = join(base, 'outside');
  const put = (directory: string, files: Record<string, string>): void => {
    for (const [name, content] of Object.entries(files)) writeFileSync(prepare(join(directory, name)), content);
  };
  put(root, fixture.files);
  put(outside, fixture.outside);
  put(base, fixture.besideRoot);
  mkdirSync(join(base, 'home'));
  mkdirSync(join(root, '.git/hooks'), { recursive: true });
  mkdirSync(join(root, 'sub/.git'), { recursive: true });
  cpSync(join(root, '.git'), join(root, 'evil.git'), { recursive: true });
  for (const name of fixture.executable) chmodSync(join(root, name), 0o755);
  for (const [name, target] of Object.entries(fixture.symlinks)) {
    symlinkSync(target.replaceAll('${OUTSIDE}', outside), prepare(join(root, name)));
  }
}

/** Makes the directories on the way to a path. */
function prepare(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  return path;
}
