import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { run, type Json, type PermissionPolicy, type ToolOutcome } from '@harness-sdk/core';
import { call, collect, scriptedModel } from '@harness-sdk/core/testing';
import { createPolicy, type PermissionMode } from '@harness-sdk/permissions';
import { fsTools } from '@harness-sdk/tools-fs';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** A collection of calls with the decisions they should get. It is kept beside the repository, not in it. */
const corpus = new URL('../../../../shared/attack-corpus/paths.jsonl', import.meta.url);

type Answer = 'allow' | 'ask' | 'deny' | 'filter';
type Verdict = 'pass' | 'unsafe' | 'weak' | 'strict' | 'annoying';
type Files = Readonly<Record<string, string>>;

interface Race {
  readonly when: 'after-decision' | 'between-read-and-write' | 'while-asking';
  readonly replace?: string;
  readonly create?: string;
  readonly withSymlink: string;
}

interface Effects {
  readonly outputExcludes?: readonly string[];
  readonly outputIncludes?: readonly string[];
  readonly unchanged?: readonly string[];
  readonly absent?: readonly string[];
  readonly fileEquals?: Files;
  readonly fileIncludes?: Files;
  readonly isSymlink?: readonly string[];
  readonly maxSeconds?: number;
  readonly callbackCalls?: number;
}

interface Case {
  readonly id: string;
  readonly class: string;
  readonly layout: {
    readonly files?: Files;
    readonly outside?: Files;
    readonly home?: Files;
    readonly extra?: Files;
    readonly siblings?: Files;
    readonly siblingsOfExtra?: Files;
    readonly symlinks?: Files;
    readonly hardlinks?: Files;
    readonly fifos?: readonly string[];
    readonly sockets?: readonly string[];
    readonly exec?: readonly string[];
    readonly git?: boolean;
  };
  readonly tool: 'Read' | 'Write' | 'Edit' | 'Glob' | 'Grep';
  readonly args: Readonly<Record<string, Json>>;
  readonly mode: PermissionMode;
  readonly rules: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  readonly interactive?: boolean;
  readonly callback?: string;
  readonly extraRoots?: readonly string[];
  readonly rootVia?: 'symlink';
  readonly race?: readonly Race[];
  readonly expect: Answer;
  readonly accept?: readonly Answer[];
  readonly effects?: Effects;
  readonly platform: string;
}

let base: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'harness-corpus-')));
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

test.skipIf(!canRun)(
  'the path cases end as they should, with the policy, the tools and the loop together',
  async () => {
    const cases = readFileSync(corpus, 'utf8')
      .trim()
      .split('\n')
      // The collection documents this shape.
      .map((line) => JSON.parse(line) as Case)
      .filter(({ platform }) => platform === 'posix' || platform === process.platform);
    const scores = new Map<string, Record<Verdict, string[]>>();
    for (const item of cases) {
      const score = scores.get(item.class) ?? { pass: [], unsafe: [], weak: [], strict: [], annoying: [] };
      scores.set(item.class, score);
      const { verdict, detail } = await judge(item);
      score[verdict].push(`${item.id}: ${detail}`);
    }
    for (const [name, { pass, unsafe, weak, strict, annoying }] of scores) {
      process.stdout.write(
        `Path cases, ${name}: ${pass.length} pass, ${unsafe.length} unsafe, ${weak.length} weak, ${strict.length} stricter than expected, ${annoying.length} annoying.\n`,
      );
    }
    const all = (verdict: Verdict): readonly string[] => [...scores.values()].flatMap((score) => score[verdict]);
    expect(cases.length).toBeGreaterThan(160);
    expect({ unsafe: all('unsafe'), weak: all('weak') }).toEqual({ unsafe: [], weak: [] });
    const harmless = cases.filter((item) => !isAttack(item)).length;
    process.stdout.write(
      all('annoying')
        .map((detail) => `Annoying: ${detail}\n`)
        .join(''),
    );
    expect(all('annoying').length / harmless).toBeLessThanOrEqual(0.02);
  },
);

function isAttack(item: Case): boolean {
  return item.expect !== 'allow';
}

async function judge(item: Case): Promise<{ readonly verdict: Verdict; readonly detail: string }> {
  const places = await layOut(item);
  const before = await contentsOf(item.effects?.unchanged ?? [], places);
  const outcome = await play(item, places);
  const problem = await problemWith(item, outcome, before, places);
  const detail = `${outcome.answer}, ${problem ?? 'effects as expected'}: ${outcome.text.slice(0, 300)}`;
  if (problem !== undefined) return { verdict: isAttack(item) ? 'unsafe' : 'annoying', detail };
  const { answer } = outcome;
  const accepted = [item.expect, ...(item.accept ?? [])];
  if (accepted.includes(answer) || (accepted.includes('filter') && answer === 'allow')) {
    return { verdict: 'pass', detail };
  }
  if (!isAttack(item)) return { verdict: 'annoying', detail };
  return { verdict: answer === 'allow' ? 'unsafe' : answer === 'ask' ? 'weak' : 'strict', detail };
}

interface Outcome {
  readonly answer: Exclude<Answer, 'filter'>;
  /** All that the model gets to read. */
  readonly text: string;
  readonly questions: number;
  readonly seconds: number;
}

/** Runs the call with all parts as an agent has them. Write and Edit come after a Read. */
async function play(item: Case, places: Places): Promise<Outcome> {
  const fill = (text: string): string => fillIn(text, places);
  const { allow, deny } = item.rules;
  const extraRoots = (item.extraRoots ?? []).map(fill);
  const policy = createPolicy({
    root: places.root,
    home: places.home,
    mode: item.mode,
    allow: allow.map(fill),
    deny: deny.map(fill),
    extraRoots,
  });
  const args = fillAll(item.args, fill);
  const isChange = item.tool === 'Write' || item.tool === 'Edit';
  const read = call('Read', { file_path: args['file_path'] ?? '' });
  const own = call(item.tool, args);
  let questions = 0;
  const isOwn = (name: string): boolean => name === item.tool;
  const start = performance.now();
  const { toolResults } = await collect(
    run('Go on.', {
      model: scriptedModel([...(isChange ? [[read]] : []), [own], 'Done.']),
      cwd: places.root,
      tools: fsTools({ root: places.root, extraRoots }),
      permissions: withRaces(policy, item, places),
      ...(item.interactive === false
        ? {}
        : {
            onApproval: async ({ name }) => {
              if (!isOwn(name)) return false;
              questions++;
              await race(item, 'while-asking', places);
              return (
                item.callback === 'always-allow' || item.race?.some(({ when }) => when === 'while-asking') === true
              );
            },
          }),
    }),
  );
  const outcome: ToolOutcome | undefined = toolResults.findLast(({ name }) => isOwn(name))?.outcome;
  return {
    answer: questions > 0 ? 'ask' : outcome === 'ok' ? 'allow' : 'deny',
    text: JSON.stringify(toolResults.map(({ content }) => content)),
    questions,
    seconds: (performance.now() - start) / 1000,
  };
}

/** A policy behind whose first answer about the tool the tree changes. */
function withRaces(policy: PermissionPolicy, item: Case, places: Places): PermissionPolicy {
  let isOver = false;
  return {
    decide: async (permissionCall) => {
      const decision = await policy.decide(permissionCall);
      if (permissionCall.tool.name === item.tool && !isOver) {
        isOver = true;
        await race(item, 'after-decision', places);
        await race(item, 'between-read-and-write', places);
      }
      return decision;
    },
  };
}

async function race(item: Case, moment: Race['when'], places: Places): Promise<void> {
  for (const { when, replace, create, withSymlink } of item.race ?? []) {
    if (when !== moment) continue;
    const path = join(places.root, replace ?? create ?? '');
    if (replace !== undefined) await rename(path, `${path}.old`);
    await symlink(fillIn(withSymlink, places), path);
  }
}

/** What is not as the case wants it, whatever the answer was. */
async function problemWith(
  item: Case,
  outcome: Outcome,
  before: readonly (readonly [string, string])[],
  places: Places,
): Promise<string | undefined> {
  const { effects = {} } = item;
  const place = (path: string): string => placeOf(path, places);
  const found = effects.outputExcludes?.find((secret) => outcome.text.includes(secret));
  if (found !== undefined) return `${found} is in the output`;
  const there = effects.absent?.find((path) => existsSync(place(path)));
  if (there !== undefined) return `${there} is there`;
  for (const [path, content] of before) if ((await readFile(path, 'utf8')) !== content) return `${path} has changed`;
  for (const path of effects.isSymlink ?? []) {
    if (!(await lstat(place(path))).isSymbolicLink()) return `${path} is no link`;
  }
  if (effects.callbackCalls !== undefined && outcome.questions !== effects.callbackCalls) return 'a person was asked';
  if (effects.maxSeconds !== undefined && outcome.seconds > effects.maxSeconds) return `it took ${outcome.seconds} s`;
  if (outcome.answer !== 'allow') return undefined;
  const missing = effects.outputIncludes?.find((part) => !outcome.text.includes(part));
  if (missing !== undefined) return `${missing} is not in the output`;
  for (const [path, content] of Object.entries(effects.fileEquals ?? {})) {
    if ((await readFile(place(path), 'utf8')) !== content) return `${path} is not as expected`;
  }
  for (const [path, part] of Object.entries(effects.fileIncludes ?? {})) {
    if (!(await readFile(place(path), 'utf8')).includes(part)) return `${path} does not have ${part}`;
  }
  return undefined;
}

async function contentsOf(paths: readonly string[], places: Places): Promise<readonly (readonly [string, string])[]> {
  const found = paths.map((path) => placeOf(path, places)).filter((path) => existsSync(path));
  return await Promise.all(found.map(async (path) => [path, await readFile(path, 'utf8')] as const));
}

interface Places {
  readonly root: string;
  readonly realRoot: string;
  readonly outside: string;
  readonly home: string;
  readonly extra: string;
}

function placeOf(path: string, places: Places): string {
  const filled = fillIn(path, places);
  return filled.startsWith('/') ? filled : join(places.root, filled);
}

function fillIn(text: string, { root, realRoot, outside, home, extra }: Places): string {
  return text
    .replaceAll('${ROOT}', root)
    .replaceAll('${REALROOT}', realRoot)
    .replaceAll('${ROOTNAME}', basename(root))
    .replaceAll('${ROOT_UPPER}', root.toUpperCase())
    .replaceAll('${OUTSIDE}', outside)
    .replaceAll('${HOME}', home)
    .replaceAll('${EXTRA}', extra);
}

function fillAll(args: Readonly<Record<string, Json>>, fill: (text: string) => string): Record<string, Json> {
  const filled = (value: Json): Json => {
    if (typeof value === 'string') return fill(value);
    return Array.isArray(value) ? value.map(filled) : value;
  };
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, filled(value)]));
}

async function layOut({ id, layout, rootVia }: Case): Promise<Places> {
  const top = join(base, id);
  const realRoot = join(top, 'root');
  const root = rootVia === 'symlink' ? join(top, 'alias') : realRoot;
  const places = { root, realRoot, outside: join(top, 'outside'), home: join(top, 'home'), extra: join(top, 'extra') };
  for (const directory of [realRoot, places.outside, places.home, places.extra]) {
    await mkdir(directory, { recursive: true });
  }
  if (root !== realRoot) await symlink('root', root);
  await put(`${realRoot}/`, layout.files);
  await put(`${places.outside}/`, layout.outside);
  await put(`${places.home}/`, layout.home);
  await put(`${places.extra}/`, layout.extra);
  await put(realRoot, layout.siblings);
  await put(places.extra, layout.siblingsOfExtra);
  if (layout.git === true) await put(`${realRoot}/.git/`, { config: '', 'hooks/pre-commit.sample': '' });
  for (const [name, target] of Object.entries(layout.symlinks ?? {})) {
    await symlink(fillIn(target, places), await prepare(join(realRoot, name)));
  }
  for (const [name, target] of Object.entries(layout.hardlinks ?? {})) {
    await link(fillIn(target, places), await prepare(join(realRoot, name)));
  }
  for (const name of layout.fifos ?? []) execFileSync('mkfifo', [await prepare(join(realRoot, name))]);
  for (const name of layout.sockets ?? []) await leaveSocket(await prepare(join(realRoot, name)));
  for (const name of layout.exec ?? []) await chmod(join(realRoot, name), 0o755);
  return places;
}

/** A socket that nobody listens at any more: closing the server would remove it under its own name. */
async function leaveSocket(path: string): Promise<void> {
  const server = createServer().listen(`${path}.listening`);
  await once(server, 'listening');
  await rename(`${path}.listening`, path);
  server.close();
  await once(server, 'close');
}

async function put(start: string, files: Files = {}): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(await prepare(start + name), content);
}

/** Makes the directories on the way to a path. */
async function prepare(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  return path;
}
