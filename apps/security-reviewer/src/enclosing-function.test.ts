import { expect, test } from 'vitest';
import { enclosingFunction } from './enclosing-function.ts';

const python = [
  'import os',
  'class Ledger:',
  '    @cached',
  '    async def entries(self):',
  '        if self:',
  '            run()',
  'x = 1',
];
const script = [
  'export async function load(name) {',
  '\treturn eval(name);',
  '}',
  'function* rows() {',
  '\tyield 1;',
  '}',
];
const go = ['func (l *Ledger) Rows(id string) {', '\tq := "a" + id', '}'];

test.each([
  [python, 6, 'Ledger.entries'],
  [python, 4, 'Ledger'],
  [python, 7, ''],
  [python, 1, ''],
  [script, 2, 'load'],
  [script, 5, 'rows'],
  [go, 2, 'Rows'],
  [go, 99, ''],
])('%#: names what is around line %i', (lines, line, name) => {
  expect(enclosingFunction(lines, line)).toBe(name);
});
