import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createRulesEngine } from '../engine.ts';

const engine = await createRulesEngine();
const folder = new URL('fixtures/', import.meta.url);

/** Lines with `// weak` in them, and lines that were reported. */
function linesOf(source: string, path: string): { weak: number[]; reported: number[] } {
  return {
    weak: source.split('\n').flatMap((line, position) => (/\/\/ weak\b/.test(line) ? [position + 1] : [])),
    reported: [...new Set(engine.check(source, path).map((hit) => hit.line))],
  };
}

it.each(readdirSync(folder))('reports every weak line of %s, and no other', (name) => {
  const { weak, reported } = linesOf(readFileSync(new URL(name, folder), 'utf8'), name);
  expect(weak.length).toBeGreaterThan(10);
  expect(reported).toEqual(weak);
});

it.each(readdirSync(folder))(
  'never throws for any beginning of %s, or for one with a piece cut out',
  (name) => {
    const source = readFileSync(new URL(name, folder), 'utf8');
    for (let length = 0; length < source.length; length += 211) {
      expect(() => engine.check(source.slice(0, length), name)).not.toThrow();
      expect(() => engine.check(source.slice(0, length) + source.slice(length + 13), name)).not.toThrow();
    }
  },
  60_000,
);

it.each([
  ['open parentheses', '('.repeat(20_000)],
  ['open blocks', '{'.repeat(20_000)],
  ['a long sum', `x = ${Array.from({ length: 5000 }, () => 'a').join(' + ')};`],
  ['a long chain of calls', `x${'.a()'.repeat(3000)};`],
  ['many negations', `${'!'.repeat(10_000)}x`],
  ['names of what every object has', '__proto__ = constructor.toString(hasOwnProperty)'],
])('reads %s without failing', (_name, source) => {
  const [before, after] = ['class A {\nvoid f() {\n', '\n}\n}\n'];
  expect(() => engine.check(before + source + after, 'a.java')).not.toThrow();
  expect(() => engine.check(source, 'a.java')).not.toThrow();
});
