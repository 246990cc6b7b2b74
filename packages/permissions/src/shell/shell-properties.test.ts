import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PermissionDecision } from '@harness-sdk/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPolicy, type PermissionMode } from '../index.ts';
import { randomCommand } from './random-command.ts';

let root: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'shell-properties-')));
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src/a.ts'), '');
  writeFileSync(join(root, '.env'), '');
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

const isFull = process.env['HARNESS_FULL'] !== undefined;
const runs = { numRuns: isFull ? 5_000 : 300 };
const strictness = { allow: 0, ask: 1, deny: 2 } as const;

interface Rules {
  readonly mode: PermissionMode;
  readonly allow: readonly string[];
  readonly ask: readonly string[];
  readonly deny: readonly string[];
}

const everyday = fc.constantFrom(
  'ls',
  'cat src/a.ts',
  'cat .env',
  'git status',
  'git push',
  'rm -rf src',
  'cd src && ls',
  'echo $HOME',
  'ls > out',
  'bash -c "rm x"',
  'env rm x',
  'npm test 2>&1 | tail -5',
  'find . -name x -exec rm {} +',
  'X=1 ls',
  'ls | xargs rm',
);
const commands = fc.oneof(randomCommand, everyday);
const restricting = fc.constantFrom(
  'Bash(rm:*)',
  'Bash(git push:*)',
  'Bash(* -rf:*)',
  'Bash(evil:*)',
  'Bash(ls)',
  'Read(**/.env*)',
  'Edit(/src/**)',
  'Bash(echo *)',
  'Bash',
  'Read',
  'Edit(out)',
  'Exec(ok:*)',
);
const allowing = fc.constantFrom(
  'Bash(ok:*)',
  'Bash(ls:*)',
  'Bash(cat:*)',
  'Bash(echo:*)',
  'Bash(git status)',
  'Bash(rm:*)',
  'Bash(env rm:*)',
  'Bash(xargs rm:*)',
  'Bash',
  'Edit(/out)',
  'Edit',
  'Bash(* -x)',
  'Bash(find:*)',
  'Bash(evil:*)',
);
const rules: fc.Arbitrary<Rules> = fc.record({
  mode: fc.constantFrom('default', 'acceptEdits', 'bypass', 'plan'),
  allow: fc.array(allowing, { maxLength: 4 }),
  ask: fc.array(restricting, { maxLength: 1 }),
  deny: fc.array(restricting, { maxLength: 3 }),
});

async function judge(of: Rules, command: string): Promise<PermissionDecision> {
  return await createPolicy({ root, ...of }).decide({
    tool: { name: 'Bash', accessKinds: ['execute'] },
    args: { command },
    access: [{ kind: 'execute', command }],
    cwd: root,
    sessionId: 's',
    toolUseId: 't',
    grants: [],
  });
}

async function strictnessOf(of: Rules, command: string): Promise<number> {
  return strictness[(await judge(of, command)).decision];
}

test('adding a deny or ask rule never allows more', async () => {
  await fc.assert(
    fc.asyncProperty(rules, restricting, fc.constantFrom('ask', 'deny'), commands, async (of, rule, list, command) => {
      const more = { ...of, [list]: [...of[list], rule] };
      expect(await strictnessOf(more, command)).toBeGreaterThanOrEqual(await strictnessOf(of, command));
    }),
    runs,
  );
});

test('adding an allow rule never forbids more', async () => {
  await fc.assert(
    fc.asyncProperty(rules, allowing, commands, async (of, rule, command) => {
      const more = { ...of, allow: [...of.allow, rule] };
      expect(await strictnessOf(more, command)).toBeLessThanOrEqual(await strictnessOf(of, command));
    }),
    runs,
  );
});

test('what is denied stays denied, whatever else is allowed', async () => {
  await fc.assert(
    fc.asyncProperty(rules, commands, fc.array(allowing), async (of, command, allow) => {
      fc.pre((await judge(of, command)).decision === 'deny');
      for (const mode of ['acceptEdits', 'bypass'] as const) {
        const wide = { ...of, mode: of.mode === 'plan' ? of.mode : mode, allow: [...allow, 'Bash', '*'] };
        expect((await judge(wide, command)).decision).toBe('deny');
      }
    }),
    runs,
  );
});

test('the order of rules does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(rules, commands, async (of, command) => {
      const reversed = { ...of, allow: of.allow.toReversed(), ask: of.ask.toReversed(), deny: of.deny.toReversed() };
      expect((await judge(reversed, command)).decision).toBe((await judge(of, command)).decision);
    }),
    runs,
  );
});

test('the decision is that of the strictest unit', async () => {
  await fc.assert(
    fc.asyncProperty(rules, commands, async (of, command) => {
      const { decision, tier, units = [] } = await judge(of, command);
      fc.pre(tier !== 'ceiling');
      const strictest = Math.max(0, ...units.map((unit) => strictness[unit.decision]));
      expect(strictness[decision]).toBeGreaterThanOrEqual(strictest);
    }),
    runs,
  );
});

test('what is suggested lets exactly this kind of call pass', async () => {
  await fc.assert(
    fc.asyncProperty(rules, commands, async (of, command) => {
      const { suggestions } = await judge(of, command);
      fc.pre(suggestions !== undefined);
      expect((await judge({ ...of, allow: [...of.allow, ...(suggestions ?? [])] }, command)).decision).toBe('allow');
      expect((await judge({ ...of, allow: suggestions ?? [] }, 'unheard-of command')).decision).not.toBe('allow');
    }),
    { ...runs, maxSkipsPerRun: 1_000 },
  );
});

test('any text gets a decision', async () => {
  const texts = fc.oneof(randomCommand, fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 }));
  const policies = [
    { mode: 'default', allow: ['Bash(ls:*)', 'Bash(cat:*)'], ask: [], deny: [] },
    { mode: 'default', allow: ['Bash'], ask: [], deny: ['Bash(rm:*)', 'Read(**/.env*)'] },
  ] as const;
  await fc.assert(
    fc.asyncProperty(texts, fc.constantFrom(...policies), async (command, of) => {
      expect(['allow', 'ask', 'deny']).toContain((await judge(of, command)).decision);
    }),
    { numRuns: isFull ? 200_000 : 1_500 },
  );
}, 1_200_000);
