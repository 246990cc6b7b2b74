import { expect, test } from 'vitest';
import { readAudit } from './read-audit.ts';

const source = { file: '/etc/policy.yml', line: 4 };
const simulated = { decision: 'deny', tier: 'deny', rule: 'Bash', source, reason: 'It is denied.' };

test('takes where the rule stands, the mode and what was simulated', () => {
  expect(readAudit({ decision: 'allow', source, mode: 'default', simulated })).toEqual({
    source,
    mode: 'default',
    simulated,
  });
});

test('takes nothing that it does not know into the log', () => {
  const extra = { secret: 's' };
  expect(readAudit({ source: { ...source, extra }, simulated: { ...simulated, extra }, extra })).toEqual({
    source,
    simulated,
  });
});

test.each([
  [{}],
  [{ source: null, mode: 3, simulated: 'deny' }],
  [{ source: { file: '/etc/policy.yml' }, simulated: { ...simulated, decision: 'maybe' } }],
  [{ source: { file: 1, line: 2 }, simulated: { ...simulated, tier: 'hook' } }],
  [{ simulated: { ...simulated, reason: undefined } }],
])('leaves out what has not the right form: %j', (answer) => {
  expect(readAudit(answer)).toEqual({});
});

test('keeps a simulated decision without the particulars that it does not have', () => {
  expect(readAudit({ simulated: { decision: 'ask', tier: 'mode', rule: 1, source: [], reason: 'why' } })).toEqual({
    simulated: { decision: 'ask', tier: 'mode', reason: 'why' },
  });
});

test('takes the units and the suggestions of an answer, and nothing besides', () => {
  const units = [
    { text: 'ls', decision: 'allow', rule: 'Bash(ls)', extra: 1 },
    { text: 'rm a', decision: 'ask', reason: 'why' },
    { text: 7, decision: 'ask' },
    { text: 'x', decision: 'maybe' },
    null,
  ];
  expect(readAudit({ units, suggestions: ['Bash(rm a)'] })).toEqual({
    units: [
      { text: 'ls', decision: 'allow', rule: 'Bash(ls)' },
      { text: 'rm a', decision: 'ask', reason: 'why' },
    ],
    suggestions: ['Bash(rm a)'],
  });
});

test.each([[[]], [['Bash(ls)', '']], [['Bash(ls)', 7]], ['Bash(ls)'], [null]])(
  'offers nothing to remember where not all of it is rules: %j',
  (suggestions) => {
    expect(readAudit({ suggestions })).toEqual({});
  },
);
