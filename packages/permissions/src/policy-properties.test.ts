import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access, AccessKind, PermissionCall, PermissionDecision } from '@harness-sdk/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ArgumentRule } from './argument-rule.ts';
import type { GrantStore } from './grant-store.ts';
import { permissionModes } from './mode.ts';
import { createPolicy, type Policy } from './policy.ts';
import type { PolicyOptions } from './policy-options.ts';

let base: string;
let root: string;

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'policy-properties-')));
  root = join(base, 'root');
  mkdirSync(join(root, 'src/deep'), { recursive: true });
  mkdirSync(join(root, '.git'));
  mkdirSync(join(base, 'org'));
  writeFileSync(join(root, 'src/a.ts'), '');
  symlinkSync('src', join(root, 'alias'));
});

afterAll(() => {
  rmSync(base, { recursive: true });
});

const kinds: readonly AccessKind[] = ['read', 'write', 'execute', 'network', 'spawn'];
const names = ['Read', 'Write', 'Edit', 'Glob', 'Bash', 'MyTool', 'Other'];

const textRule = fc.constantFrom(
  ...`* Read Edit Write Bash MyTool Bash(*) Bash(ls:*) Bash(curl:*) Bash(ls) Read(src/**) Read(.env) Read(**/.env*) Read(alias/**) Grep(docs) Edit(src/**)
    Edit(/src/*) Edit(a.ts) Edit(**) Edit({src,alias}/**) Edit(/package.json) Edit(.git/**) Write(**/*.md)`.split(
    /\s+/,
  ),
);
const argumentRule: fc.Arbitrary<ArgumentRule> = fc.record({
  tool: fc.constantFrom('*', 'MyTool', 'Bash'),
  args: fc.constantFrom<Record<string, string>>({ command: '*curl*' }, { command: '*' }, { 'a.b': '1' }),
});
const restriction = fc.oneof({ weight: 3, arbitrary: textRule }, { weight: 1, arbitrary: argumentRule });
const restrictions = fc.array(restriction, { maxLength: 2 });
const allows = fc.array(textRule, { maxLength: 3 });
const word = fc.constantFrom('allow', 'ask', 'deny');

/** What stands in a policy file; JSON is YAML. */
interface FileContent {
  readonly deny: readonly (string | ArgumentRule)[];
  readonly ask: readonly (string | ArgumentRule)[];
  readonly allow: readonly string[];
  readonly default?: unknown;
  readonly simulate?: boolean;
}
const file: fc.Arbitrary<FileContent> = fc.record(
  {
    deny: restrictions,
    ask: restrictions,
    allow: allows,
    default: fc.oneof(
      word,
      fc.record(
        {
          read: word,
          write: word,
          execute: word,
          network: word,
          spawn: word,
          tools: fc.dictionary(fc.constantFrom(...names), word, { maxKeys: 2 }),
        },
        { requiredKeys: [] },
      ),
    ),
    simulate: fc.boolean(),
  },
  { requiredKeys: ['deny', 'ask', 'allow'] },
);

/** All that a policy is made of. */
interface Parts {
  readonly options: Omit<PolicyOptions, 'root' | 'policyFiles' | 'grants'>;
  readonly organisation: FileContent | undefined;
  readonly project: FileContent | undefined;
  readonly remembered: readonly string[];
}
const grants = fc.array(
  fc.oneof(
    textRule,
    fc.constantFrom(
      'Other',
      'Bash(ls:*)',
      'Bash(bash:*)',
      'Edit(/src/a.ts)',
      'Edit(/src/new.ts)',
      'Edit(/.git/config)',
      'Edit(/package.json)',
      'Edit(',
    ),
  ),
  { maxLength: 3 },
);
const parts: fc.Arbitrary<Parts> = fc.record({
  options: fc.record({
    mode: fc.constantFrom(...permissionModes),
    allow: allows,
    deny: restrictions,
    ask: restrictions,
  }),
  organisation: fc.option(file, { nil: undefined }),
  project: fc.option(file, { nil: undefined }),
  remembered: fc.subarray(['MyTool', 'Other', 'Edit(/src/a.ts)', 'Edit(/package.json)']),
});

const path = fc.constantFrom(
  ...'. src src/a.ts alias/a.ts src/new.ts docs/x.md .env src/.env.local .git/config package.json ../extra out'.split(
    ' ',
  ),
);
const access: fc.Arbitrary<Access> = fc.oneof(
  fc.record({ kind: fc.constantFrom('read', 'write'), path }, { requiredKeys: ['kind'] }),
  fc.record(
    {
      kind: fc.constant('execute'),
      command: fc.constantFrom('ls', 'curl x', 'ls src && curl x', 'ls > src/a.ts', 'cat .env', 'bash -c "curl x"'),
    },
    { requiredKeys: ['kind'] },
  ),
  fc.record({ kind: fc.constantFrom('network', 'spawn') }),
);
const calls = fc.record({
  access: fc.array(access, { maxLength: 3 }),
  name: fc.constantFrom(...names),
  args: fc.constantFrom({}, { command: 'curl x' }, { command: 'ls' }, { a: { b: 1 } }),
  grants,
});
type Given = typeof calls extends fc.Arbitrary<infer Value> ? Value : never;

function toCall(given: Given): PermissionCall {
  return {
    tool: { name: given.name, accessKinds: kinds },
    args: given.args,
    access: given.access,
    cwd: root,
    sessionId: 's',
    toolUseId: 't',
    grants: given.grants,
  };
}

function policyOf({ options, organisation, project, remembered }: Parts): Policy {
  const write = (place: string, content: FileContent): string => {
    writeFileSync(join(base, place), JSON.stringify(content));
    return join(base, place);
  };
  const store: GrantStore = { read: () => remembered, add: () => Promise.resolve() };
  return createPolicy({
    root,
    ...options,
    grants: store,
    policyFiles: {
      ...(organisation === undefined ? {} : { organisation: write('org/policy.yml', organisation) }),
      ...(project === undefined ? {} : { project: write('root/policy.yml', project) }),
    },
  });
}

async function decide(of: Parts, given: Given): Promise<PermissionDecision> {
  return await policyOf(of).decide(toCall(given));
}

const ranks = { deny: 0, ask: 1, allow: 2 };
async function rank(of: Parts, given: Given): Promise<number> {
  return ranks[(await decide(of, given)).decision];
}

/** The same parts with one rule more, in one of the places where rules stand. */
type Place = 'options' | 'organisation' | 'project';
const places = fc.constantFrom<Place>('options', 'organisation', 'project');
const nothing: FileContent = { deny: [], ask: [], allow: [] };
function withRule(of: Parts, place: Place, list: 'allow' | 'ask' | 'deny', rule: string | ArgumentRule): Parts {
  const holder: Partial<FileContent> = of[place] ?? nothing;
  return { ...of, [place]: { ...holder, [list]: [...(holder[list] ?? []), rule] } };
}

const isFull = process.env['HARNESS_FULL'] === '1';
const runs = { numRuns: isFull ? 2000 : 100 };
// Each run makes several policies from files.
if (isFull) vi.setConfig({ testTimeout: 900_000 });

test('the file of a project never allows more than there would be without it', async () => {
  await fc.assert(
    fc.asyncProperty(parts, file, calls, async (of, project, given) => {
      const without = await rank({ ...of, project: undefined }, given);
      expect(await rank({ ...of, project }, given)).toBeLessThanOrEqual(without);
    }),
    { numRuns: 3 * runs.numRuns },
  );
});

test('one more deny or ask rule never allows more, wherever it stands', async () => {
  await fc.assert(
    fc.asyncProperty(
      parts,
      calls,
      restriction,
      places,
      fc.constantFrom('deny', 'ask'),
      async (of, given, rule, place, list) => {
        expect(await rank(withRule(of, place, list, rule), given)).toBeLessThanOrEqual(await rank(of, given));
      },
    ),
    runs,
  );
});

test('one more allow rule never allows less, wherever it stands', async () => {
  await fc.assert(
    fc.asyncProperty(parts, calls, textRule, places, async (of, given, rule, place) => {
      expect(await rank(withRule(of, place, 'allow', rule), given)).toBeGreaterThanOrEqual(await rank(of, given));
    }),
    runs,
  );
});

test('what one deny rule denies stays denied, wherever it stands and whatever else there is', async () => {
  const bare: Parts = { options: { mode: 'bypass' }, organisation: undefined, project: undefined, remembered: [] };
  await fc.assert(
    fc.asyncProperty(parts, calls, restriction, places, async (of, given, rule, place) => {
      fc.pre((await rank(withRule(bare, 'options', 'deny', rule), given)) === 0);
      const inForce = withRule(of, place, 'deny', rule);
      fc.pre(place === 'options' || inForce[place]?.simulate !== true);
      expect((await decide(inForce, given)).decision).toBe('deny');
    }),
    runs,
  );
});

test('a simulated file changes no decision', async () => {
  await fc.assert(
    fc.asyncProperty(
      parts,
      file,
      calls,
      fc.constantFrom('organisation', 'project'),
      async (of, added, given, place) => {
        const without = await decide({ ...of, [place]: undefined }, given);
        const simulated = await decide({ ...of, [place]: { ...added, simulate: true } }, given);
        expect({ ...simulated, simulated: undefined }).toEqual({ ...without, simulated: undefined });
        const enforced = await decide({ ...of, [place]: { ...added, simulate: false } }, given);
        const others = place === 'organisation' ? of.project : of.organisation;
        // What would be is what is, once it is enforced.
        const isAlone = others?.simulate !== true;
        const would = (simulated.simulated ?? simulated).decision;
        expect(isAlone ? would : enforced.decision).toBe(enforced.decision);
      },
    ),
    runs,
  );
});

test('what was granted, for a session or for good, lifts questions that no rule asks, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(parts, calls, async (of, given) => {
      const without = await decide({ ...of, remembered: [] }, { ...given, grants: [] });
      const granted = await decide(of, given);
      const isOpen = without.decision === 'ask' && (without.tier === 'mode' || without.tier === 'policy');
      const isLifted = isOpen && granted.decision === 'allow';
      expect(granted.decision).toBe(isLifted ? 'allow' : without.decision);
      expect(isLifted ? granted.tier : 'allow').toBe('allow');
      const isGuarded = given.access.some(({ kind, ...one }) => {
        const named = 'path' in one ? one.path : undefined;
        return kind === 'write' && /^(\.git|package\.json)/.test(named ?? '');
      });
      expect(isLifted && isGuarded && without.reason.includes('makes other programs run things')).toBe(false);
    }),
    runs,
  );
});

test('plan mode lets no writing, executing or networking through, and no unknown reading, whatever there is', async () => {
  await fc.assert(
    fc.asyncProperty(parts, calls, async (of, given) => {
      fc.pre(
        given.access.some(
          (one) =>
            ['write', 'execute', 'network'].includes(one.kind) || (one.kind === 'read' && one.path === undefined),
        ),
      );
      const planned = { ...of, options: { ...of.options, mode: 'plan' as const } };
      expect(await decide(planned, given)).toMatchObject({ decision: 'deny', tier: 'ceiling' });
      expect(policyOf(planned).offers({ name: given.name, accessKinds: ['write', 'execute', 'network'] })).toBe(false);
    }),
    runs,
  );
});

test('the order of rules, of grants and of what is touched does not matter', async () => {
  const reversed = (content: FileContent | undefined): FileContent | undefined =>
    content && {
      ...content,
      deny: content.deny.toReversed(),
      ask: content.ask.toReversed(),
      allow: content.allow.toReversed(),
    };
  await fc.assert(
    fc.asyncProperty(parts, calls, async (of, given) => {
      const { decision, tier } = await decide(of, given);
      const { allow = [], ask = [], deny = [] } = of.options;
      const turned: Parts = {
        options: { ...of.options, allow: allow.toReversed(), ask: ask.toReversed(), deny: deny.toReversed() },
        organisation: reversed(of.organisation),
        project: reversed(of.project),
        remembered: of.remembered.toReversed(),
      };
      const other = { ...given, access: given.access.toReversed(), grants: given.grants.toReversed() };
      expect(await decide(turned, other)).toMatchObject({ decision, tier });
    }),
    runs,
  );
});

test('explains the decision itself, which is the strictest of its parts', async () => {
  await fc.assert(
    fc.asyncProperty(parts, calls, async (of, given) => {
      const policy = policyOf(of);
      const { parts: judged, ...explained } = await policy.explain(toCall(given));
      expect(explained).toEqual(await policy.decide(toCall(given)));
      expect(judged.map((part) => part.access)).toEqual(given.access);
      if (judged.length === 0) return;
      expect(ranks[explained.decision]).toBe(Math.min(...judged.map((part) => ranks[part.decision])));
    }),
    runs,
  );
});

test('what is suggested can be granted, and lets the call pass', async () => {
  // Few restrictions, so that most calls are asked about.
  const asking: fc.Arbitrary<Parts> = fc.record({
    options: fc.record({ mode: fc.constantFrom('default', 'acceptEdits'), allow: fc.subarray(['Read', 'Edit(a.ts)']) }),
    organisation: fc.option(
      fc.constantFrom<FileContent>({ ...nothing, default: 'ask' }, { ...nothing, allow: ['Other'] }),
      {
        nil: undefined,
      },
    ),
    project: fc.option(
      fc.constantFrom<FileContent>({ ...nothing, default: 'ask' }, { ...nothing, deny: ['Read(.env)'] }),
      {
        nil: undefined,
      },
    ),
    remembered: fc.subarray(['Other', 'Edit(/src/a.ts)']),
  });
  await fc.assert(
    fc.asyncProperty(asking, calls, async (of, given) => {
      const policy = policyOf(of);
      const { decision, suggestions } = await policy.decide(toCall(given));
      expect(suggestions === undefined || decision === 'ask').toBe(true);
      fc.pre(suggestions !== undefined);
      const again = await policy.decide(toCall({ ...given, grants: [...given.grants, ...(suggestions ?? [])] }));
      expect(again).toMatchObject({ decision: 'allow', tier: 'allow' });
      await expect(policy.remember?.({ rules: suggestions ?? [], call: toCall(given) })).resolves.toBeUndefined();
      expect(await policy.decide(toCall(given))).toMatchObject({ decision: 'allow', tier: 'allow' });
    }),
    runs,
  );
});

test('nothing is remembered but what was suggested', async () => {
  await fc.assert(
    fc.asyncProperty(parts, calls, textRule, async (of, given, rule) => {
      const policy = policyOf({ ...of, remembered: [] });
      const fresh = { ...given, grants: [] };
      const { suggestions = [] } = await policy.decide(toCall(fresh));
      fc.pre(!suggestions.includes(rule));
      const kept = policy.remember?.({ rules: [...suggestions, rule], call: toCall(fresh) });
      await expect(kept).rejects.toThrow(/was not offered for this call/);
    }),
    runs,
  );
});
