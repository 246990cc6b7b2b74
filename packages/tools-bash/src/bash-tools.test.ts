import { createWorkspace } from '@harness-sdk/core/node';
import { toolContract } from '@harness-sdk/core/testing/contracts';
import { expect, test } from 'vitest';
import { makeTree } from '../test/make-tree.ts';
import { bashTools, createBash, createExec, type BashToolsOptions, type CommandOptions } from './index.ts';

toolContract('Bash', async () => {
  const { root, remove } = await makeTree({ 'src/a.txt': 'one\n' });
  return {
    tool: createBash(createWorkspace({ root })),
    validArgs: [{ command: 'ls' }, { command: 'cat a.txt', cwd: 'src', timeout_ms: 60_000, description: 'Shows it.' }],
    invalidArgs: [
      { command: '' },
      { command: 'a\0b' },
      { command: 'ls', timeout_ms: 0 },
      { command: 'ls', timeout_ms: 600_001 },
      { command: 'ls', timeout: 5 },
      { command: ['ls'] },
    ],
    endlessArgs: { command: 'sleep 1000' },
    cwd: root,
    close: remove,
  };
});

toolContract('Exec', async () => {
  const { root, remove } = await makeTree({ 'src/a.txt': 'one\n' });
  return {
    tool: createExec(createWorkspace({ root })),
    validArgs: [{ program: 'ls' }, { program: 'cat', args: ['a.txt'], cwd: 'src' }],
    invalidArgs: [{ program: '' }, { program: 'ls', args: 'a' }, { program: 'ls', args: ['a\0b'] }, { command: 'ls' }],
    endlessArgs: { program: 'sleep', args: ['1000'] },
    cwd: root,
    close: remove,
  };
});

test('are two, which execute and are never repeated', () => {
  expect(bashTools().map(({ name, accessKinds, effect }) => [name, accessKinds, effect])).toEqual([
    ['Bash', ['execute'], 'once'],
    ['Exec', ['execute'], 'once'],
  ]);
});

test('say exactly what they execute, and where', async () => {
  const [bash, exec] = bashTools();
  const where = { cwd: '/work' };
  expect(await bash?.access({ command: 'git status\n' }, where)).toEqual([
    { kind: 'execute', command: 'git status\n' },
  ]);
  expect(await bash?.access({ command: 'ls', cwd: 'src' }, where)).toEqual([
    { kind: 'execute', command: 'ls', cwd: 'src' },
  ]);
  expect(await exec?.access({ program: 'git' }, where)).toEqual([{ kind: 'execute', argv: ['git'] }]);
  expect(await exec?.access({ program: 'git', args: ['a b'], cwd: '/home/me/src' }, where)).toEqual([
    { kind: 'execute', argv: ['git', 'a b'], cwd: '/home/me/src' },
  ]);
});

test.each<[string, object]>([
  ['root', { root: '/nowhere/at/all' }],
  ['roots', { roots: ['.'] }],
  ['env[0]', { env: ['OPENAI_API_KEY'] }],
  ['env', { env: 'CI' }],
  ['maxOutputCharacters', { maxOutputCharacters: 10 }],
  ['sandbox', { sandbox: { probe: () => undefined } }],
  ['sandbox', { sandbox: true }],
  ['restrictions', { restrictions: { network: true } }],
])('are not made with a wrong %s', (option, options) => {
  // The point is what happens to those who do not have the types.
  expect(() => bashTools(options as BashToolsOptions)).toThrow(expect.objectContaining({ option }));
});

test.each<[string, object]>([
  ['restrictions.write', { write: 'all' }],
  ['restrictions.hidden[1]', { hidden: ['.env', 7] }],
  ['restrictions.readOnly[0]', { readOnly: [''] }],
  ['restrictions.networks', { networks: true }],
])('are not made with a wrong %s', (option, restrictions) => {
  const sandbox = { probe: async () => ({ isAvailable: true }), wrap: async (argv: unknown) => ({ argv }) };
  const options = { sandbox, restrictions } as unknown as CommandOptions;
  const workspace = createWorkspace({ root: '.' });
  for (const make of [createBash, createExec]) {
    expect(() => make(workspace, options)).toThrow(expect.objectContaining({ option }));
  }
});
