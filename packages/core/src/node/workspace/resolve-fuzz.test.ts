import { realpathSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PathRefusedError } from './path-refused-error.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

const isFull = process.env['HARNESS_FULL'] === '1';
const numRuns = isFull ? 200_000 : 3000;

let base: string;
let workspace: Workspace;
let roots: readonly string[];

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'resolve-fuzz-')));
  for (const directory of ['root/a/b', 'root/c', 'root-evil/a', 'extra/e', 'outside/a']) {
    await mkdir(join(base, directory), { recursive: true });
  }
  for (const file of ['root/f', 'root/a/f', 'root/a/b/f', 'root-evil/f', 'extra/e/f', 'outside/f', 'outside/a/f']) {
    await writeFile(join(base, file), file);
  }
  const links = {
    'root/in': 'a',
    'root/a/up': '..',
    'root/out': '../outside',
    'root/a/out': '../../outside/a/f',
    'root/dangling': '../outside/none',
    'root/loop': 'loop',
    'root/evil': '../root-evil',
    'root/extra': '../extra',
    'root/slash': '/',
    'root/chain': 'a/up/out',
    'extra/e/back': '../../root',
    'outside/home': '../root',
    alias: 'root',
  };
  for (const [path, target] of Object.entries(links)) await symlink(target, join(base, path));
  workspace = createWorkspace({ root: join(base, 'alias'), extraRoots: [join(base, 'extra')] });
  roots = workspace.roots.map((root) => root.realPath);
});

afterAll(async () => {
  await rm(base, { recursive: true });
});

const names = 'a b c e f in out up dangling loop evil extra slash chain back home root outside new'.split(' ');
const segment = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...names) },
  {
    weight: 4,
    arbitrary: fc.constantFrom('..', '.', '', '...', '~', '%2e%2e', '$HOME', '-x', 'A', '..\\f', 'root-evil'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.constantFrom('\0', '\ud800', 'n'.repeat(256), 'm'.repeat(255), '\u202e', '\n') },
);
const start = fc.constantFrom(
  '',
  '',
  '',
  '/',
  'ROOT/',
  'ALIAS/',
  'EXTRA/',
  'BASE/',
  '//',
  '/proc/self/cwd/',
  '/dev/fd/',
);
const path = fc
  .tuple(start, fc.array(segment, { maxLength: 8 }), fc.constantFrom('', '', '/'))
  .map(([before, segments, behind]) => before + segments.join('/') + behind);

function placed(text: string): string {
  const places = { 'ROOT/': 'root/', 'ALIAS/': 'alias/', 'EXTRA/': 'extra/', 'BASE/': '' };
  const found = Object.entries(places).find(([name]) => text.startsWith(name));
  return found === undefined ? text : join(base, found[1]) + (found[1] === '' ? '/' : '') + text.slice(found[0].length);
}

/** Where the system says that a path leads: the real path of what exists, and the rest behind it. */
function whereItLeads(absolute: string): string | undefined {
  for (
    let [current, rest] = [absolute, ''];
    ;
    [current, rest] = [dirname(current), absolute.slice(dirname(current).length)]
  ) {
    try {
      return join(realpathSync.native(current), rest);
    } catch {
      // ENOENT and its like: one more name does not exist.
      if (current === dirname(current)) return undefined;
    }
  }
}

function isWithin(directory: string, there: string): boolean {
  return there === directory || there.startsWith(`${directory}/`);
}

test.skipIf(process.platform === 'win32')(
  `${numRuns} paths lead into a root or are refused, as the system sees it`,
  async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(path, async (text) => {
        const given = placed(text);
        const answer = await workspace.resolve(given).catch((error: unknown) => error);
        if (PathRefusedError.isInstance(answer)) return;
        if (answer instanceof Error || typeof answer !== 'object' || answer === null) throw answer;
        accepted++;
        // Anything else than a refusal is a resolved path.
        const resolved = answer as Awaited<ReturnType<Workspace['resolve']>>;
        expect(resolved.requested).toBe(resolve(workspace.root, given));
        expect(resolved.realPath).toBe(whereItLeads(resolved.requested));
        expect(roots.some((root) => isWithin(root, resolved.realPath))).toBe(true);
      }),
      { numRuns },
    );
    expect(accepted).toBeGreaterThan(numRuns / 20);
  },
  300_000,
);

test.skipIf(process.platform === 'win32')('what exists in a root is not refused', async () => {
  const inside = fc.array(fc.constantFrom('a', 'b', 'c', 'f', 'in', 'up', 'extra', 'e', 'back'), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(inside, async (segments) => {
      const requested = join(workspace.root, ...segments);
      let realPath: string;
      try {
        realPath = realpathSync.native(requested);
      } catch {
        // ENOENT, ENOTDIR: not there.
        return;
      }
      expect(await workspace.resolve(requested)).toMatchObject({ realPath, exists: true });
    }),
    { numRuns: isFull ? 20_000 : 500 },
  );
});
