import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AgentError, OptionError, type Access, type PermissionCall } from '@harness-sdk/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Explanation } from './explanation.ts';
import { loadPolicyFile } from './load-policy-file.ts';
import { permissionModes } from './mode.ts';
import { createPolicy } from './policy.ts';
import { PolicyFileError } from './policy-file-error.ts';
import type { PolicyOptions } from './policy-options.ts';

let base: string;
let root: string;
let organisation: string;
let project: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'policy-files-')));
  root = join(base, 'root');
  mkdirSync(join(root, 'src'), { recursive: true });
  organisation = join(base, 'org/policy.yml');
  project = join(root, 'policy.yml');
});

afterEach(() => {
  rmSync(base, { recursive: true });
});

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

type Options = Omit<PolicyOptions, 'root' | 'policyFiles'>;

/** Judges a call under the files that are there. */
async function explain(
  access: readonly Access[],
  options: Options = {},
  more: Partial<PermissionCall> = {},
): Promise<Explanation> {
  return await createPolicy({ root, ...options, policyFiles: filesThere() }).explain({
    tool: { name: 'MyTool', accessKinds: ['read', 'write', 'execute', 'network', 'spawn'] },
    args: {},
    access,
    cwd: root,
    sessionId: 's',
    toolUseId: 't',
    grants: [],
    ...more,
  });
}

let has: { organisation?: boolean; project?: boolean };
beforeEach(() => {
  has = {};
});

function filesThere(): NonNullable<PolicyOptions['policyFiles']> {
  return { ...(has.organisation === true ? { organisation } : {}), ...(has.project === true ? { project } : {}) };
}

function ofOrganisation(text: string): void {
  write(organisation, text);
  has.organisation = true;
}

function ofProject(text: string): void {
  write(project, text);
  has.project = true;
}

const execute: Access = { kind: 'execute', command: 'ls' };
const network: Access = { kind: 'network', url: 'https://example.com' };
const edit: Access = { kind: 'write', path: 'src/a.ts' };
const read: Access = { kind: 'read', path: 'src/a.ts' };

describe('rules of files', () => {
  test.each(permissionModes)('deny and ask in mode %s, and say where they stand', async (mode) => {
    ofOrganisation('deny:\n  - Read(.env)\n');
    ofProject('ask:\n  - Read(src/**)\n');
    expect(await explain([{ kind: 'read', path: '.env' }], { mode, allow: ['*'] })).toMatchObject({
      decision: 'deny',
      tier: 'deny',
      rule: 'Read(.env)',
      source: { file: organisation, line: 2 },
    });
    expect(await explain([read], { mode, allow: ['*'] })).toMatchObject({
      decision: 'ask',
      tier: 'ask',
      source: { file: project, line: 2 },
    });
  });

  test('about arguments deny too', async () => {
    ofOrganisation("deny:\n  - tool: '*'\n    args: { command: '*curl*' }\n");
    const denied = await explain([execute], { mode: 'bypass' }, { args: { command: 'curl x' } });
    expect(denied).toMatchObject({
      decision: 'deny',
      rule: '{ tool: "*", args: { command: "*curl*" } }',
      source: { line: 2 },
    });
    expect(await explain([execute], { mode: 'bypass' }, { args: { command: 'ls' } })).toMatchObject({
      decision: 'allow',
    });
  });

  test('of the organisation allow, and none of the project do', async () => {
    ofOrganisation('allow: [MyTool]\n');
    ofProject('allow: ["Edit(src/**)", OtherTool]\n');
    expect(await explain([execute])).toMatchObject({
      decision: 'allow',
      tier: 'allow',
      source: { file: organisation, line: 1 },
    });
    expect(await explain([execute], {}, { tool: { name: 'OtherTool', accessKinds: ['execute'] } })).toMatchObject({
      decision: 'ask',
    });
    has.organisation = false;
    expect(await explain([edit])).toMatchObject({ decision: 'ask' });
  });

  test('that cannot be honoured are errors with their places, all at once', () => {
    ofOrganisation("version: 1\ndeny:\n  - Read(\n  - Bash\n  - tool: Bash\n    args: { a: 'b\\' }\n  - my tool\n");
    const attempt = () => createPolicy({ root, policyFiles: filesThere() });
    expect(attempt).toThrow(PolicyFileError);
    expect(attempt).toThrow(
      expect.objectContaining({
        code: 'policy_invalid',
        file: organisation,
        problems: [
          expect.objectContaining({ line: 3, column: 5 }),
          expect.objectContaining({ line: 5, column: 5 }),
          expect.objectContaining({ line: 7, column: 5 }),
        ],
      }),
    );
    expect(attempt).toThrow(`${organisation}:3:5: The deny rule "Read(" cannot be honoured`);
  });

  test('of a tool that is not there are errors, and so are its defaults', () => {
    ofProject('default:\n  tools:\n    Deplyo: deny\n');
    const attempt = () => createPolicy({ root, tools: ['Deploy'], policyFiles: filesThere() });
    expect(attempt).toThrow(
      `${project}:3:5: \`default.tools.Deplyo: deny\` cannot be honoured: there is no tool "Deplyo". Did you mean "Deploy"?`,
    );
  });

  test('whole tools that a file denies are not offered', () => {
    ofProject('deny: [MyTool]\n');
    const policy = createPolicy({ root, policyFiles: filesThere() });
    expect(policy.offers({ name: 'MyTool', accessKinds: ['read'] })).toBe(false);
    expect(policy.offers({ name: 'Other', accessKinds: ['read'] })).toBe(true);
  });
});

describe('defaults', () => {
  test('of the organisation go before the mode, and behind the rules', async () => {
    ofOrganisation('default:\n  execute: allow\n  network: deny\n  write: ask\n');
    expect(await explain([execute])).toMatchObject({
      decision: 'allow',
      tier: 'policy',
      rule: 'default.execute: allow',
      source: { file: organisation, line: 2 },
    });
    expect(await explain([network], { mode: 'bypass' })).toMatchObject({ decision: 'deny', tier: 'policy' });
    expect(await explain([edit], { mode: 'acceptEdits' })).toMatchObject({ decision: 'ask', tier: 'policy' });
    expect(await explain([network], { allow: ['MyTool'] })).toMatchObject({ decision: 'allow', tier: 'allow' });
    expect(await explain([execute], { ask: ['MyTool'] })).toMatchObject({ decision: 'ask', tier: 'ask' });
    expect(await explain([execute, network])).toMatchObject({ decision: 'deny', tier: 'policy' });
  });

  test('of the project count where they are stricter', async () => {
    ofOrganisation('default: { execute: allow, network: deny }\n');
    ofProject('default: { execute: ask, network: allow, read: deny, write: allow }\n');
    expect(await explain([execute])).toMatchObject({ decision: 'ask', source: { file: project, line: 1 } });
    expect(await explain([network])).toMatchObject({ decision: 'deny', source: { file: organisation } });
    expect(await explain([read], { mode: 'bypass' })).toMatchObject({ decision: 'deny', rule: 'default.read: deny' });
    expect(await explain([edit])).toMatchObject({ decision: 'ask', tier: 'mode' });
  });

  test('of the project have its allow rules as exceptions', async () => {
    ofProject('default: deny\nallow: ["Read(src/**)", Calculator]\n');
    expect(await explain([read])).toMatchObject({ decision: 'allow', tier: 'mode' });
    expect(await explain([{ kind: 'read', path: 'other' }])).toMatchObject({ decision: 'deny', tier: 'policy' });
    expect(await explain([], {}, { tool: { name: 'Calculator', accessKinds: [] } })).toMatchObject({
      decision: 'allow',
    });
  });

  test('of a tool go before those of what it touches, also where it touches nothing', async () => {
    ofOrganisation('default:\n  network: deny\n  tools: { MyTool: allow, Clock: ask, Oracle: deny }\n');
    expect(await explain([network])).toMatchObject({ decision: 'allow', rule: 'default.tools.MyTool: allow' });
    const clock = await explain([], {}, { tool: { name: 'Clock', accessKinds: [] } });
    expect(clock).toMatchObject({ decision: 'ask', tier: 'policy', suggestions: ['Clock'] });
    expect(await explain([], { mode: 'bypass' }, { tool: { name: 'Oracle', accessKinds: [] } })).toMatchObject({
      decision: 'deny',
    });
    expect(await explain([], {}, { tool: { name: 'Other', accessKinds: [] } })).toMatchObject({
      decision: 'allow',
      tier: 'mode',
    });
  });

  test('that allow writing say nothing about protected paths', async () => {
    ofOrganisation('default: { write: allow }\n');
    expect(await explain([edit])).toMatchObject({ decision: 'allow', tier: 'policy' });
    expect(await explain([{ kind: 'write', path: '.git/config' }])).toMatchObject({ decision: 'ask', tier: 'mode' });
  });

  test.each([edit, execute, network, { kind: 'read' } as const])('lift nothing in plan mode: %j', async (access) => {
    ofOrganisation('default: allow\nallow: ["*"]\n');
    expect(await explain([access], { mode: 'plan' })).toMatchObject({ decision: 'deny', tier: 'ceiling' });
  });

  test('never reach outside of the workspace', async () => {
    ofOrganisation('default: allow\n');
    expect(await explain([{ kind: 'read', path: '../secret' }])).toMatchObject({ decision: 'deny', tier: 'ceiling' });
  });

  test('that deny are not lifted by a grant; those that ask are', async () => {
    ofOrganisation('default: { network: deny, execute: ask }\n');
    expect(await explain([network], {}, { grants: ['MyTool'] })).toMatchObject({ decision: 'deny', tier: 'policy' });
    expect(await explain([execute], {}, { grants: ['MyTool'] })).toMatchObject({ decision: 'allow', tier: 'allow' });
  });
});

describe('simulation', () => {
  test('reports what would have been decided, and enforces nothing of it', async () => {
    ofOrganisation('simulate: true\ndeny: [MyTool]\n');
    expect(await explain([execute])).toMatchObject({
      decision: 'ask',
      tier: 'mode',
      simulated: { decision: 'deny', tier: 'deny', rule: 'MyTool', source: { file: organisation, line: 2 } },
    });
    expect(createPolicy({ root, policyFiles: filesThere() }).offers({ name: 'MyTool', accessKinds: [] })).toBe(true);
  });

  test('is silent where nothing would be different', async () => {
    ofOrganisation('simulate: true\nask: [MyTool]\n');
    expect(await explain([execute])).not.toHaveProperty('simulated');
  });

  test('allows nothing', async () => {
    ofOrganisation('simulate: true\nallow: [MyTool]\ndefault: allow\n');
    expect(await explain([execute])).toMatchObject({ decision: 'ask', simulated: { decision: 'allow' } });
  });

  test('of the project leaves the rules of the organisation in force, even of a file that it extends', async () => {
    ofOrganisation('deny: [MyTool]\n');
    ofProject('simulate: true\nextends: base.yml\nask: ["Read(src/**)"]\n');
    write(join(root, 'base.yml'), 'deny: ["Read(.env)"]\n');
    expect(await explain([execute])).toMatchObject({ decision: 'deny', tier: 'deny' });
    expect(await explain([read], {}, { tool: { name: 'Read', accessKinds: ['read'] } })).toMatchObject({
      decision: 'allow',
      simulated: { decision: 'ask', source: { file: project, line: 3 } },
    });
    const env: Access = { kind: 'read', path: '.env' };
    expect(await explain([env], {}, { tool: { name: 'Read', accessKinds: ['read'] } })).toMatchObject({
      decision: 'deny',
    });
  });

  test('does not keep what is wrong in a file from being an error', () => {
    ofOrganisation('simulate: true\ndeny: ["Read("]\n');
    expect(() => createPolicy({ root, policyFiles: filesThere() })).toThrow(`${organisation}:2:8`);
  });
});

describe('extending', () => {
  test('counts what is extended first, and what extends it last', () => {
    write(join(base, 'org/a.yml'), 'extends: [b.yml, c.yml]\ndefault: ask\n');
    write(join(base, 'org/b.yml'), 'default: deny\n');
    write(join(base, 'org/c.yml'), 'extends: ./b.yml\n');
    const files = loadPolicyFile(join(base, 'org/a.yml'));
    expect(files.map(({ path }) => path.slice(base.length))).toEqual(['/org/b.yml', '/org/c.yml', '/org/a.yml']);
  });

  test('gives the default of the file that extends', async () => {
    write(join(base, 'org/base.yml'), 'default: { execute: allow, network: deny }\n');
    ofOrganisation('extends: base.yml\ndefault: { execute: deny }\n');
    expect(await explain([execute])).toMatchObject({ decision: 'deny', source: { file: organisation, line: 2 } });
    expect(await explain([network])).toMatchObject({ decision: 'deny', source: { file: join(base, 'org/base.yml') } });
  });

  test('an absolute path leads anywhere for an organisation, and its own relative ones from there', () => {
    write(join(base, 'elsewhere/base.yml'), 'extends: more.yml\n');
    write(join(base, 'elsewhere/more.yml'), 'deny: [Bash]\n');
    ofOrganisation(`extends: ${join(base, 'elsewhere/base.yml')}\n`);
    expect(loadPolicyFile(organisation)).toHaveLength(3);
  });

  test.each<[scope: 'organisation' | 'project', written: string, place: string, problem: RegExp]>([
    ['organisation', 'policy.yml', 'org', /extends, in the end, itself/],
    ['organisation', './missing.yml', 'org', /"\.\/missing\.yml" that is extended cannot be opened: ENOENT/],
    ['organisation', '../outside.yml', 'org', /leads out of the directory of this file; write an absolute path/],
    ['organisation', 'link.yml', 'org', /leads out of the directory of this file/],
    ['project', '../outside.yml', 'root', /leads out of the project/],
    ['project', 'link.yml', 'root', /leads out of the project/],
    ['project', 'ABSOLUTE', 'root', /is absolute, and a project's file may extend only files of the project/],
  ])('the %s may not extend %s', (scope, written, place, problem) => {
    write(join(base, 'outside.yml'), 'deny: []\n');
    const path = write(
      join(base, place, 'policy.yml'),
      `version: 1\nextends: ${written === 'ABSOLUTE' ? join(base, 'root/b.yml') : written}\n`,
    );
    symlinkSync('../outside.yml', join(base, place, 'link.yml'));
    const attempt = () => loadPolicyFile(path, { scope, roots: [root] });
    expect(attempt).toThrow(PolicyFileError);
    expect(attempt).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ line: 2, column: 10 })] }));
    expect(attempt).toThrow(problem);
  });

  test('a project may extend what is in its workspace, from wherever its file is in it', () => {
    write(join(root, 'shared.yml'), 'deny: [Bash]\n');
    const path = write(join(root, 'config/policy.yml'), 'extends: ../shared.yml\n');
    expect(loadPolicyFile(path, { scope: 'project', roots: [root] })).toHaveLength(2);
    expect(() => loadPolicyFile(path, { scope: 'project' })).toThrow(/leads out of the project/);
  });

  test('in a circle is an error at the line that closes it', () => {
    write(join(base, 'org/a.yml'), 'extends: b.yml\n');
    write(join(base, 'org/b.yml'), '# b\nextends: [a.yml]\n');
    expect(() => loadPolicyFile(join(base, 'org/a.yml'))).toThrow(`${join(base, 'org/b.yml')}:2:11: "a.yml" extends`);
  });

  test('has an end', () => {
    for (let index = 0; index < 12; index++) write(join(base, `org/${index}.yml`), `extends: ${index + 1}.yml\n`);
    write(join(base, 'org/12.yml'), 'deny: []\n');
    expect(() => loadPolicyFile(join(base, 'org/0.yml'))).toThrow(/Files may extend one another 8 deep/);
    expect(loadPolicyFile(join(base, 'org/6.yml'))).toHaveLength(7);
    const many = Array.from({ length: 70 }, (_, index) => write(join(base, `org/many/${index}.yml`), 'deny: []\n'));
    write(join(base, 'org/wide.yml'), `extends:\n${many.map((path) => `  - ${path}\n`).join('')}`);
    expect(() => loadPolicyFile(join(base, 'org/wide.yml'))).toThrow(/More than 64 files/);
  });

  test('what is wrong in a file that is extended is said with its own name', () => {
    write(join(base, 'org/base.yml'), 'deny: Bash\n');
    ofOrganisation('extends: base.yml\n');
    expect(() => loadPolicyFile(organisation)).toThrow(`${join(base, 'org/base.yml')}:1:7`);
  });
});

describe('what is not in order stops the run', () => {
  test.each<[name: string, make: () => string, problem: RegExp]>([
    ['a missing file', () => join(base, 'missing.yml'), /cannot be opened, and nothing runs without it: ENOENT/],
    ['a directory', () => base, /must be a regular file|cannot be read/],
    [
      'a link to nothing',
      () => {
        symlinkSync('nowhere', join(base, 'l.yml'));
        return join(base, 'l.yml');
      },
      /ENOENT/,
    ],
    [
      'a circle of links',
      () => {
        symlinkSync('l.yml', join(base, 'l.yml'));
        return join(base, 'l.yml');
      },
      /ELOOP/,
    ],
    ['a large file', () => write(join(base, 'a.yml'), `# ${'x'.repeat(300_000)}\n`), /may have 262144 bytes/],
    ['a device', () => '/dev/null', /must be a regular file/],
  ])('%s', (_name, make, problem) => {
    const path = make();
    const attempt = () => createPolicy({ root, policyFiles: { organisation: path } });
    expect(attempt).toThrow(AgentError);
    expect(attempt).toThrow(expect.objectContaining({ code: 'policy_invalid' }));
    expect(attempt).toThrow(problem);
  });

  test('what is not UTF-8', () => {
    writeFileSync(join(base, 'a.yml'), Buffer.from([0x64, 0xff, 0xfe]));
    expect(() => loadPolicyFile(join(base, 'a.yml'))).toThrow(/it is not UTF-8/);
  });

  test.skipIf(process.platform === 'win32')('a file of the organisation that everybody may write to', () => {
    ofOrganisation('deny: []\n');
    chmodSync(organisation, 0o646);
    expect(() => loadPolicyFile(organisation)).toThrow(/Everybody may write to this file.*chmod o-w/);
    expect(loadPolicyFile(organisation, { scope: 'project' })).toHaveLength(1);
  });

  test('a file of the organisation in the workspace, also behind a link', () => {
    write(project, 'allow: ["*"]\n');
    symlinkSync(project, join(base, 'linked.yml'));
    for (const path of [project, join(base, 'linked.yml')]) {
      expect(() => createPolicy({ root, policyFiles: { organisation: path } })).toThrow(
        /lies in the workspace.*Pass it as the project's/,
      );
    }
    ofOrganisation(`extends: ${project}\n`);
    expect(() => createPolicy({ root, policyFiles: filesThere() })).toThrow(/lies in the workspace/);
  });

  test('wrong options', () => {
    expect(() => loadPolicyFile('policy.yml')).toThrow(OptionError);
    expect(() => loadPolicyFile('/policy.yml', { scope: 'team' } as object)).toThrow(/`scope`/);
    const of = (policyFiles: object) => () => createPolicy({ root, policyFiles });
    expect(of({ organization: '/a' })).toThrow('Did you mean `policyFiles.organisation`?');
    expect(of({ project: 'policy.yml' })).toThrow(/`policyFiles.project` of createPolicy to be an absolute path/);
    expect(of({ project: 3 })).toThrow(OptionError);
  });

  test('an error of this package is known by its mark', () => {
    expect(PolicyFileError.isInstance(new PolicyFileError('/a', 'b'))).toBe(true);
    expect(PolicyFileError.isInstance(new AgentError('policy_invalid', 'b'))).toBe(false);
  });
});

test('files are read once: what is written to them later has no effect', async () => {
  ofProject('ask: []\n');
  const policy = createPolicy({ root, policyFiles: filesThere() });
  ofProject('deny: ["*"]\n');
  const call = {
    tool: { name: 'Read', accessKinds: ['read'] as const },
    args: {},
    access: [read],
    cwd: root,
    sessionId: 's',
    toolUseId: 't',
    grants: [],
  };
  expect(await policy.decide(call)).toMatchObject({ decision: 'allow', mode: 'default' });
});

test('explains each thing that a call touches by itself', async () => {
  ofOrganisation('deny: ["Edit(.env)"]\ndefault: { network: allow }\n');
  const { decision, parts } = await explain([read, network, edit, { kind: 'write', path: '.env' }]);
  expect(decision).toBe('deny');
  expect(parts.map((part) => [part.access.kind, part.decision, part.tier, part.suggestions])).toEqual([
    ['read', 'allow', 'mode', undefined],
    ['network', 'allow', 'policy', undefined],
    ['write', 'ask', 'mode', ['Edit(/src/a.ts)']],
    ['write', 'deny', 'deny', undefined],
  ]);
});
