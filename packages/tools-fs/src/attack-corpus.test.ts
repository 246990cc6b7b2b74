import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, link, mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Access, Json, Tool, ToolOutput } from '@harness-sdk/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callTool } from '../test/call-tool.ts';
import { fsTools } from './fs-tools.ts';

/** A collection of calls with the decisions they should get. It is kept beside the repository, not in it. */
const corpus = new URL('../../../../shared/attack-corpus/paths.jsonl', import.meta.url);

interface Race {
  readonly when: string;
  readonly replace?: string;
  readonly create?: string;
  readonly withSymlink?: string;
}

interface Case {
  readonly id: string;
  readonly layout: {
    readonly files?: Record<string, string>;
    readonly outside?: Record<string, string>;
    readonly home?: Record<string, string>;
    readonly extra?: Record<string, string>;
    readonly siblings?: Record<string, string>;
    readonly symlinks?: Record<string, string>;
    readonly hardlinks?: Record<string, string>;
    readonly fifos?: readonly string[];
    readonly exec?: readonly string[];
  };
  readonly tool: string;
  readonly args: Record<string, Json>;
  readonly mode: string;
  readonly rules: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  readonly extraRoots?: readonly string[];
  readonly interactive?: boolean;
  readonly rootVia?: 'symlink';
  readonly race?: readonly Race[];
  readonly expect: 'allow' | 'ask' | 'deny' | 'filter';
  readonly accept?: readonly string[];
  readonly effects?: {
    readonly outputExcludes?: readonly string[];
    readonly outputIncludes?: readonly string[];
    readonly unchanged?: readonly string[];
    readonly absent?: readonly string[];
    readonly fileEquals?: Record<string, string>;
    readonly fileIncludes?: Record<string, string>;
    readonly isSymlink?: readonly string[];
  };
  readonly platform: string;
}

let base: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'tools-fs-corpus-')));
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

/** The cases that a workspace decides alone: no rules, no question to a person, no plan mode. */
function casesOfTheWorkspace(): readonly Case[] {
  return (
    readFileSync(corpus, 'utf8')
      .trim()
      .split('\n')
      // The collection documents this shape.
      .map((line) => JSON.parse(line) as Case)
      .filter(({ platform, mode, expect: expected }) => platform === 'posix' && mode !== 'plan' && expected !== 'ask')
      .filter(({ interactive }) => interactive !== false)
      .filter(({ rules }) => rules.allow.length === 0 && rules.deny.length === 0)
  );
}

test.skipIf(!canRun)('the path cases without rules have the effects they should', async () => {
  const cases = casesOfTheWorkspace();
  const failures: string[] = [];
  for (const item of cases) {
    const problem = await problemWith(item);
    if (problem !== undefined) failures.push(`${item.id}: ${problem}`);
  }
  process.stdout.write(
    `Path cases without rules: ${cases.length - failures.length} of ${cases.length} as they should be.\n`,
  );
  expect(cases.length).toBeGreaterThan(90);
  expect(failures).toEqual([]);
});

async function problemWith(item: Case): Promise<string | undefined> {
  const places = await layOut(item);
  const fill = (text: string): string => fillIn(text, places);
  const before = await contents(item, fill, places);
  const output = await answerTo(item, places, fill);
  const isRefused = output.isError === true;
  const isExpected = isRefused ? item.expect !== 'allow' : item.expect !== 'deny';
  const isAccepted = item.accept?.includes(isRefused ? 'deny' : 'allow') === true;
  const text = JSON.stringify(output.content);
  if (!isExpected && !isAccepted) return `expected ${item.expect}, got ${text}`;

  const at = (path: string): string => join(places.root, fill(path).replace(places.root, ''));
  const place = (path: string): string => (fill(path).startsWith('/') ? fill(path) : at(path));
  const { effects = {} } = item;
  for (const secret of effects.outputExcludes ?? []) if (text.includes(secret)) return `${secret} in ${text}`;
  for (const part of effects.outputIncludes ?? []) if (!text.includes(part)) return `no ${part} in ${text}`;
  for (const path of effects.absent ?? []) if (existsSync(place(path))) return `${path} is there`;
  for (const [path, content] of before) if ((await readFile(path, 'utf8')) !== content) return `${path} has changed`;
  if (isRefused) return undefined;
  for (const [path, content] of Object.entries(effects.fileEquals ?? {})) {
    if ((await readFile(place(path), 'utf8')) !== content) return `${path} is not as expected`;
  }
  for (const [path, part] of Object.entries(effects.fileIncludes ?? {})) {
    if (!(await readFile(place(path), 'utf8')).includes(part)) return `${path} does not have ${part}`;
  }
  return undefined;
}

async function contents(
  item: Case,
  fill: (text: string) => string,
  { root }: Places,
): Promise<readonly [string, string][]> {
  const paths = (item.effects?.unchanged ?? [])
    .map(fill)
    .map((path) => (path.startsWith('/') ? path : join(root, path)));
  return await Promise.all(paths.map(async (path): Promise<[string, string]> => [path, await readFile(path, 'utf8')]));
}

/** The answer of the tool; one that never starts, because its arguments are wrong, is a refusal too. */
async function answerTo(item: Case, places: Places, fill: (text: string) => string): Promise<ToolOutput> {
  const tools = fsTools({ root: places.root, extraRoots: (item.extraRoots ?? []).map(fill) });
  const tool = (name: string): Tool => {
    const found = tools.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`no tool ${name}`);
    return found;
  };
  const args = fillAll(item.args, fill);
  if (!(await tool(item.tool).validate(args)).ok) return { content: 'not valid', isError: true };
  const context = { cwd: places.root, permits: async (_access: Access) => true };
  if (item.tool === 'Edit') await callTool(tool('Read'), { file_path: args['file_path'] ?? '' }, context);
  await run(item.race ?? [], places, fill);
  return await callTool(tool(item.tool), args, context);
}

async function run(races: readonly Race[], { root }: Places, fill: (text: string) => string): Promise<void> {
  for (const race of races) {
    if (race.withSymlink === undefined) throw new Error('a race of another kind');
    const path = join(root, race.replace ?? race.create ?? '');
    if (race.replace !== undefined) await rename(path, `${path}.old`);
    await symlink(fill(race.withSymlink), path);
  }
}

function fillAll(args: Record<string, Json>, fill: (text: string) => string): Record<string, Json> {
  const filled = (value: Json): Json => {
    if (typeof value === 'string') return fill(value);
    return Array.isArray(value) ? value.map(filled) : value;
  };
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, filled(value)]));
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
  for (const [name, target] of Object.entries(layout.symlinks ?? {})) {
    await symlink(fillIn(target, places), await prepare(join(realRoot, name)));
  }
  for (const [name, target] of Object.entries(layout.hardlinks ?? {})) {
    await link(fillIn(target, places), await prepare(join(realRoot, name)));
  }
  for (const name of layout.fifos ?? []) execFileSync('mkfifo', [await prepare(join(realRoot, name))]);
  for (const name of layout.exec ?? []) await chmod(join(realRoot, name), 0o755);
  return places;
}

async function put(start: string, files: Record<string, string> = {}): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(await prepare(start + name), content);
}

/** Makes the directories on the way to a path. */
async function prepare(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  return path;
}
