import { expect, it } from 'vitest';
import { readTruth } from './truth.ts';

it('names the line of a row that is not as it should be', () => {
  const row = '{"file":"a.py","line":1,"cwe":"CWE-1","kind":"x","vulnerable":true}';
  expect(() => readTruth(`${row}\nnot json`)).toThrow('Line 2 of the truth is not JSON.');
  expect(() => readTruth(`${row}\n\n{"file":"a.py"}`)).toThrow('Line 3 of the truth');
});
