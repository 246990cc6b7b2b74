import { expect, it } from 'vitest';
import { ALL_FAMILIES, cleanTaint, familySet, joinTaint, substituteTaint, taintedBy } from './taint.ts';

it('is safe only for what both sides were made safe for', () => {
  const left = cleanTaint(taintedBy('remote'), familySet('sql', 'html'));
  const right = cleanTaint(taintedBy('remote'), familySet('html', 'path'));
  expect(joinTaint(left, right).get('remote')).toBe(familySet('html'));
});

it('forgets an origin that has been made safe for everything', () => {
  expect(cleanTaint(taintedBy('remote'), ALL_FAMILIES).size).toBe(0);
});

it('keeps what was made safe inside a function when its argument takes the place of the parameter', () => {
  const inside = cleanTaint(taintedBy('parameter:1:x'), familySet('shell'));
  const passed = new Map([['parameter:1:x', taintedBy('remote')]]);
  expect([...substituteTaint(inside, passed)]).toEqual([['remote', familySet('shell')]]);
});
