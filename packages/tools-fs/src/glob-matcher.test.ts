import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { planGlob } from './glob-matcher.ts';
import { splitGlob } from './glob-pattern.ts';
import { ripgrepPath } from './ripgrep-path.ts';

const names = ['a', 'b', 'ab', 'a.b', '.a', 'a b', 'ba', 'a$b', 'x(1)'];
const files = names.flatMap((one) =>
  names
    .slice(0, 4)
    .flatMap((two) => [`${one}-/${two}_/f.ts`, `${one}-/${two}_/g.md`, `${one}-/${two}`, `${two}.${one}`]),
);

let tree: Tree;
beforeAll(async () => {
  tree = await makeTree(Object.fromEntries(files.map((file) => [file, ''])));
});
afterAll(async () => {
  await tree.remove();
});

function rg(args: readonly string[]): readonly string[] {
  try {
    const options = ['--no-config', '--no-ignore', '--hidden', '--sort=path', '--files', ...args, './'];
    return execFileSync(ripgrepPath(), options, { cwd: tree.root, encoding: 'utf8' }).split('\n').slice(0, -1);
  } catch {
    // Status 1: nothing found.
    return [];
  }
}

const part = fc.constantFrom('a', 'b', '-', '_', '.', '*', '?', '{a,b}', '{a.b,ab}', '$', ' ', '(1)', 'f.ts', '*.md');
const segment = fc.oneof(
  fc.constantFrom('**', '*', '*-', '*_', 'a*'),
  fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
);
const pattern = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));

test('finds what ripgrep finds for the whole glob', () => {
  let planned = 0;
  fc.assert(
    fc.property(pattern, (text) => {
      const split = splitGlob(text);
      if ('problem' in split || split.glob === undefined || split.base !== '.') return;
      const plan = planGlob(split.glob);
      if (plan === undefined) return;
      planned++;
      const type = plan.name === undefined ? [] : [`--type-add=searched:${plan.name}`, '--type=searched'];
      const found = rg(type).filter((path) => plan.matchesDirectory(path.slice(2, Math.max(2, path.lastIndexOf('/')))));
      expect(found).toEqual(rg([`--glob=${split.glob}`]));
    }),
    { numRuns: 150 },
  );
  expect(planned).toBeGreaterThan(20);
});

test.each([
  '/a[bc]/x',
  '/{a/b,c}/x',
  '/a\\*/x',
  '/a**b/x',
  '/{a,{b,c}}/x',
  '/*a*b*c*/x',
  '/{a,aa}{a,aa}{a,aa}/x',
  '/é/x',
  '/a!/x',
])('leaves %s to ripgrep', (glob) => {
  expect(planGlob(glob)).toBeUndefined();
});

test('takes its time with no pattern', () => {
  const plan = planGlob(`/${'**/a*/'.repeat(50)}x`);
  expect(plan?.matchesDirectory(Array.from({ length: 200 }, () => 'ab').join('/'))).toBe(true);
  expect(plan?.matchesDirectory(Array.from({ length: 200 }, () => 'b').join('/'))).toBe(false);
});
