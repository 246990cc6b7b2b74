import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../../define-tool.ts';
import type { Tool } from '../../tool.ts';
import { toolContract } from './index.ts';
import { runChecks } from './run-checks.ts';
import { toolChecks } from './tool-checks.ts';
import type { ToolSubject } from './tool-checks.ts';

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(new Error('aborted'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

const add = defineTool({
  name: 'add',
  description: 'Adds numbers.',
  input: z.object({ numbers: z.array(z.number()) }),
  accessKinds: [],
  access: () => [],
  effect: 'none',
  execute: ({ numbers }) => String(numbers.reduce((sum, number) => sum + number, 0)),
});

const watch = defineTool({
  name: 'watch',
  description: 'Reports on a file, for good where it is told to.',
  input: z.object({ file_path: z.string(), forever: z.boolean().default(false) }),
  accessKinds: ['read'],
  access: ({ file_path: path }) => [{ kind: 'read', path }],
  async *execute({ file_path: path, forever }, { signal }) {
    yield { path };
    if (forever) await untilAborted(signal);
    const image = { type: 'image', mediaType: 'image/png', data: 'AA==' } as const;
    return { content: [{ type: 'text', text: path }, image], display: { rows: [1] } };
  },
});

const adding: ToolSubject = { tool: add, validArgs: [{ numbers: [1, 2] }], invalidArgs: [{}, { numbers: ['1'] }] };
const watching: ToolSubject = {
  tool: watch,
  validArgs: [{ file_path: 'a.txt' }, { file_path: 'b.txt', forever: false }],
  invalidArgs: [{ file_path: 1 }],
  endlessArgs: { file_path: 'a.txt', forever: true },
};

toolContract('a tool that computes', () => adding);
toolContract('a tool that streams progress', () => watching);

const names = 'has a name that every provider takes, and a description';
const schema = 'describes its arguments in the JSON Schema of an object';
const kinds = 'declares kinds of access and an effect that exist';
const accepts = 'accepts the valid arguments';
const refuses = 'refuses arguments that are wrong, saying where and what was expected';
const neverThrows = 'validating never throws, whatever it is given';
const access = 'touches nothing outside its declared kinds of access';
const output = 'gives content and progress that are plain JSON of the right shape';
const unchanged = 'leaves its arguments as they are';
const abortBefore = 'settles promptly where the signal has fired before the call';
const abortDuring = 'settles promptly when the signal fires during the call';

const never = (): Promise<never> => new Promise(() => {});

/** A watching tool with one wrong member. Types forbid some of these; a tool made without them can have any. */
function watchWith(wrong: { readonly [Member in keyof Tool]?: unknown }): Partial<ToolSubject> {
  return { tool: { ...watch, ...wrong } as Tool };
}

function returning(value: unknown): Partial<ToolSubject> {
  return watchWith({ execute: () => value });
}

/** Each breaks one promise; the name is of the check that must notice. */
const brokenTools: readonly [string, string, Partial<ToolSubject>][] = [
  ['has a name with spaces', names, watchWith({ name: 'watch a file' })],
  ['has no description', names, watchWith({ description: ' ' })],
  ['takes a list', schema, watchWith({ inputSchema: { type: 'array' } })],
  [
    'requires what it does not describe',
    schema,
    watchWith({ inputSchema: { type: 'object', required: ['file_path'] } }),
  ],
  [
    'has a schema that is no JSON',
    schema,
    watchWith({ inputSchema: { type: 'object', default: undefined, check: () => true } }),
  ],
  ['touches what there is not', kinds, watchWith({ accessKinds: ['disk'] })],
  ['declares a kind twice', kinds, watchWith({ accessKinds: ['read', 'read'] })],
  ['has an unknown effect', kinds, watchWith({ effect: 'maybe' })],
  ['refuses what it should accept', accepts, { validArgs: [{ file_path: 1 }] }],
  ['has no valid call', accepts, { validArgs: [] }],
  ['accepts anything', refuses, watchWith({ validate: async (args: unknown) => ({ ok: true, args }) })],
  ['does not say what is wrong', refuses, watchWith({ validate: async () => ({ ok: false, issues: [] }) })],
  [
    'does not say where it is wrong',
    refuses,
    watchWith({ validate: async () => ({ ok: false, issues: [{ message: 'wrong' }] }) }),
  ],
  [
    'throws at what it refuses',
    neverThrows,
    watchWith({
      validate(args: unknown) {
        if (args === null) throw new TypeError('null');
        return watch.validate(args);
      },
    }),
  ],
  ['touches what it did not declare', access, watchWith({ access: () => [{ kind: 'network' }] })],
  ['names what it touches in its own words', access, watchWith({ access: () => [{ kind: 'read', file: 'a' }] })],
  ['names what it touches by no text', access, watchWith({ access: () => [{ kind: 'read', path: 1 }] })],
  ['gives no list of what it touches', access, watchWith({ access: () => undefined })],
  ['returns nothing', output, returning(undefined)],
  ['returns an object of its own', output, returning({ text: 'Hi' })],
  ['returns more than an output has', output, returning({ content: 'Hi', extra: 1 })],
  ['returns a block that there is not', output, returning([{ type: 'video', data: '' }])],
  ['returns an image that is no base64', output, returning([{ type: 'image', mediaType: 'image/png', data: '<png>' }])],
  ['shows what is no JSON', output, returning({ content: 'Hi', display: new Map() })],
  ['takes text for a flag', output, returning({ content: 'Hi', isError: 'no' })],
  ['fails where it should not', output, returning({ content: 'no such file', isError: true })],
  ['throws where it should not', output, watchWith({ execute: () => Promise.reject(new Error('no such file')) })],
  [
    'reports progress that is no JSON',
    output,
    watchWith({
      async *execute() {
        yield new Date(0);
        return 'Hi';
      },
    }),
  ],
  ['never comes to an end', output, returning(never())],
  [
    'changes what it was given to validate',
    unchanged,
    watchWith({
      async validate(args: { forever?: boolean } | null) {
        if (args !== null && typeof args === 'object' && !Array.isArray(args)) args.forever ??= false;
        return watch.validate(args);
      },
    }),
  ],
  [
    'changes its arguments as it runs',
    unchanged,
    watchWith({
      async execute(args: { file_path: string }) {
        args.file_path = '/';
        return 'Hi';
      },
    }),
  ],
  ['does not look at the signal first', abortBefore, returning(never())],
  [
    'listens for the signal, but does not look whether it has fired',
    abortBefore,
    watchWith({
      execute: (_args: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve('Hi'), { once: true });
        }),
    }),
  ],
  [
    'looks at the signal only at first',
    abortDuring,
    watchWith({ execute: (_args: unknown, { signal }: { signal: AbortSignal }) => (signal.aborted ? 'Hi' : never()) }),
  ],
  ['ends before it is aborted', abortDuring, returning('Hi')],
];

describe('the contract of a tool', () => {
  test.each(brokenTools)('notices a tool that %s', async (_tool, name, replaced) => {
    const outcomes = await runChecks(toolChecks, () => ({ ...watching, patienceMs: 50, ...replaced }));
    expect(outcomes.filter(({ outcome }) => outcome === 'failed').map((failed) => failed.name)).toContain(name);
  });

  test('has no check that no tool can fail', () => {
    const failed = new Set(brokenTools.map(([, name]) => name));
    expect(toolChecks.map(({ name }) => name).filter((name) => !failed.has(name))).toEqual([]);
  });

  test('skips the abort of a call for a tool that has none to abort, with the reason', async () => {
    const outcomes = await runChecks(toolChecks, () => adding);
    expect(outcomes.filter(({ outcome }) => outcome !== 'passed')).toEqual([
      { name: abortDuring, outcome: 'skipped', reason: 'this tool has no call that goes on' },
    ]);
  });

  test('closes every subject, also after a failure', async () => {
    let open = 0;
    await runChecks(toolChecks, () => {
      open++;
      return { ...watching, ...returning(undefined), patienceMs: 50, close: () => void open-- };
    });
    expect(open).toBe(0);
  });
});
