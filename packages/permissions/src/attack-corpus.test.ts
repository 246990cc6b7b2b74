import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Access, PermissionDecision } from '@harness-sdk/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPolicy, type PermissionMode, type Policy } from './index.ts';

/** A collection of calls with the decisions they should get. It is kept beside the repository, not in it. */
const corpus = new URL('../../../../shared/attack-corpus/paths.jsonl', import.meta.url);

interface Case {
  readonly id: string;
  readonly class: string;
  readonly layout: {
    readonly files?: Record<string, string>;
    readonly outside?: Record<string, string>;
    readonly home?: Record<string, string>;
    readonly extra?: Record<string, string>;
    readonly siblings?: Record<string, string>;
    readonly siblingsOfExtra?: Record<string, string>;
    readonly symlinks?: Record<string, string>;
    readonly hardlinks?: Record<string, string>;
    readonly fifos?: readonly string[];
    readonly git?: boolean;
  };
  readonly tool: 'Read' | 'Write' | 'Edit' | 'Glob' | 'Grep';
  readonly args: Record<string, unknown>;
  readonly mode: PermissionMode;
  readonly rules: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  readonly interactive?: boolean;
  readonly extraRoots?: readonly string[];
  readonly rootVia?: 'symlink';
  readonly race?: unknown;
  readonly expect: Answer;
  readonly accept?: readonly Answer[];
  readonly effects?: { readonly outputExcludes?: readonly string[]; readonly outputIncludes?: readonly string[] };
  readonly platform: string;
}

type Answer = 'allow' | 'ask' | 'deny' | 'filter';
type Verdict = 'pass' | 'unsafe' | 'weak' | 'strict' | 'annoying';

/** Left to the tools: what happens between the decision and the opening, and what a search pattern may reach. */
const toolCases: ReadonlySet<string> = new Set(['races', 'search-args']);

let base: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'attack-corpus-')));
});
afterAll(async () => {
  await rm(base, { recursive: true });
});

const canRun = existsSync(corpus) && process.platform !== 'win32';
if (!canRun) {
  process.stdout.write(
    'SKIPPED: the path cases. They need their collection beside this repository, and a POSIX system.\n',
  );
}

test.skipIf(!canRun)('judges the path cases safely', async () => {
  const cases = readFileSync(corpus, 'utf8')
    .trim()
    .split('\n')
    // The collection documents this shape.
    .map((line) => JSON.parse(line) as Case)
    .filter((item) => item.platform === 'posix' && !toolCases.has(item.class));
  const verdicts = new Map<string, Verdict>();
  for (const item of cases) verdicts.set(item.id, await judge(item));
  const found = (verdict: Verdict): string[] =>
    [...verdicts].filter(([, value]) => value === verdict).map(([id]) => id);
  const attacks = cases.filter(isAttack).length;
  const [unsafe, weak, strict, annoying] = [found('unsafe'), found('weak'), found('strict'), found('annoying')];
  process.stdout.write(
    `Path cases: of ${attacks} attacks ${unsafe.length} unsafe, ${weak.length} weak, ${strict.length} stricter than expected; of ${cases.length - attacks} harmless calls ${annoying.length} annoying.\n`,
  );
  expect(cases.length).toBeGreaterThan(140);
  expect({ unsafe, weak, annoying }).toEqual({ unsafe: [], weak: [], annoying: [] });
});

function isAttack(item: Case): boolean {
  return item.expect !== 'allow';
}

async function judge(item: Case): Promise<Verdict> {
  const places = layOut(item);
  const fill = (text: string): string => fillIn(text, places);
  const policy = createPolicy({
    root: places.root,
    home: places.home,
    mode: item.mode,
    allow: item.rules.allow.map(fill),
    deny: item.rules.deny.map(fill),
    extraRoots: (item.extraRoots ?? []).map(fill),
  });
  const answer = await answerTo(item, policy, places, fill);
  if (answer === item.expect || item.accept?.includes(answer) === true) return 'pass';
  if (!isAttack(item)) return 'annoying';
  if (answer === 'allow' || answer === 'filter') return 'unsafe';
  return answer === 'ask' ? 'weak' : 'strict';
}

/** The policy's answer, with what an honest file tool adds: it opens regular files only, and filters what it finds. */
async function answerTo(item: Case, policy: Policy, places: Places, fill: (text: string) => string): Promise<Answer> {
  const isSearch = item.tool === 'Glob' || item.tool === 'Grep';
  const kind = item.tool === 'Write' || item.tool === 'Edit' ? 'write' : 'read';
  const given = isSearch ? (item.args['path'] ?? '.') : item.args['file_path'];
  // A path that is no string is a case of its own.
  const path = (typeof given === 'string' ? fill(given) : given) as string;
  const decide = async (access: Access): Promise<PermissionDecision> =>
    await policy.decide({
      tool: { name: item.tool, accessKinds: [kind] },
      args: null,
      access: [access],
      cwd: places.root,
      sessionId: 's',
      toolUseId: 't',
      grants: [],
    });
  const { decision } = await decide({ kind, path });
  if (decision === 'ask') return item.interactive === false ? 'deny' : 'ask';
  if (decision === 'deny') return 'deny';
  const target = resolve(places.root, path);
  if (isSearch) return await filteredSearch(item, target, decide);
  if (kind === 'write') return !existsSync(target) || statSync(target).isFile() ? 'allow' : 'deny';
  return existsSync(target) && statSync(target).isFile() ? 'allow' : 'deny';
}

/** Walks a directory as a search does, asks about each hit, and looks for what must not be among the answers. */
async function filteredSearch(
  item: Case,
  directory: string,
  decide: (access: Access) => Promise<PermissionDecision>,
): Promise<Answer> {
  const output: string[] = [];
  for (const path of walk(directory)) {
    if ((await decide({ kind: 'read', path })).decision !== 'allow' || !statSync(path).isFile()) continue;
    const content = readFileSync(path, 'utf8');
    if (item.tool === 'Glob' || content.includes(String(item.args['pattern']))) output.push(path, content);
  }
  const text = output.join('\n');
  const leaks = item.effects?.outputExcludes?.some((secret) => text.includes(secret)) === true;
  const isComplete = item.effects?.outputIncludes?.every((part) => text.includes(part)) !== false;
  if (item.expect === 'allow') return isComplete ? 'allow' : 'deny';
  return leaks || !isComplete ? 'allow' : 'filter';
}

/** All that is in a directory. Links are listed, not followed. */
function walk(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? [path, ...walk(path)] : [path];
  });
}

interface Places {
  readonly root: string;
  readonly realRoot: string;
  readonly outside: string;
  readonly home: string;
  readonly extra: string;
}

function fillIn(text: string, { root, realRoot, outside, home, extra }: Places): string {
  return text
    .replaceAll('${ROOT}', root)
    .replaceAll('${REALROOT}', realRoot)
    .replaceAll('${OUTSIDE}', outside)
    .replaceAll('${HOME}', home)
    .replaceAll('${EXTRA}', extra);
}

function layOut({ id, layout, rootVia }: Case): Places {
  const top = join(base, id);
  const realRoot = join(top, 'root');
  const places = {
    root: rootVia === 'symlink' ? join(top, 'alias') : realRoot,
    realRoot,
    outside: join(top, 'outside'),
    home: join(top, 'home'),
    extra: join(top, 'extra'),
  };
  for (const directory of [realRoot, places.outside, places.home, places.extra]) {
    mkdirSync(directory, { recursive: true });
  }
  if (rootVia === 'symlink') symlinkSync('root', places.root);
  const put = (directory: string, files: Record<string, string> = {}): void => {
    for (const [name, content] of Object.entries(files)) writeFileSync(prepare(directory + name), content);
  };
  put(`${realRoot}/`, layout.files);
  put(`${places.outside}/`, layout.outside);
  put(`${places.home}/`, layout.home);
  put(`${places.extra}/`, layout.extra);
  put(realRoot, layout.siblings);
  put(places.extra, layout.siblingsOfExtra);
  if (layout.git === true) put(`${realRoot}/.git/`, { config: '', 'hooks/pre-commit.sample': '' });
  for (const [name, target] of Object.entries(layout.symlinks ?? {})) {
    symlinkSync(fillIn(target, places), prepare(join(realRoot, name)));
  }
  for (const [name, target] of Object.entries(layout.hardlinks ?? {})) {
    linkSync(fillIn(target, places), prepare(join(realRoot, name)));
  }
  for (const name of layout.fifos ?? []) execFileSync('mkfifo', [prepare(join(realRoot, name))]);
  return places;
}

/** Makes the directories on the way to a path. */
function prepare(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  return path;
}
