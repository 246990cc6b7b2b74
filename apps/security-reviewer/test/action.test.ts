import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { WORKFLOW_TEMPLATE } from '../src/cli/init/workflow-template.ts';

const directory = join(import.meta.dirname, '..');
const ActionSchema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string() })),
  runs: z.object({
    using: z.literal('composite'),
    steps: z.array(
      z.object({
        id: z.string().optional(),
        uses: z.string().optional(),
        run: z.string().optional(),
        env: z.record(z.string(), z.string()).optional(),
      }),
    ),
  }),
});
const action = ActionSchema.parse(parse(readFileSync(join(directory, 'action.yml'), 'utf8')));
const { steps } = action.runs;

test('no script of the action has an input written into it', () => {
  const scripts = steps.flatMap(({ run }) => run ?? []);
  expect(scripts.length).toBeGreaterThan(1);
  for (const script of scripts) expect(script).not.toContain('${{');
});

test('every action that it uses is pinned to a commit', () => {
  const used = steps.flatMap(({ uses }) => uses ?? []);
  expect(used).toHaveLength(2);
  for (const name of used) expect(name).toMatch(/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/);
});

test('the workflow that init writes pins what it uses, and gives the job nothing but to read', () => {
  const WorkflowSchema = z.object({
    permissions: z.strictObject({ contents: z.literal('read') }),
    jobs: z.object({
      review: z.object({ steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })) }),
    }),
  });
  const { review } = WorkflowSchema.parse(parse(WORKFLOW_TEMPLATE)).jobs;
  for (const { uses, run = '' } of review.steps) {
    expect(uses ?? `a/b@${'0'.repeat(40)}`).toMatch(/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/);
    expect(run).not.toContain('${{');
  }
});

test('every input reaches the script or a step', () => {
  const text = readFileSync(join(directory, 'action.yml'), 'utf8');
  for (const name of Object.keys(action.inputs)) expect(text).toMatch(new RegExp(`inputs\\.${name}\\b`));
});

describe.skipIf(process.platform === 'win32')('its script', () => {
  let root: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'review-action-')));
    mkdirSync(join(root, 'bin'));
    mkdirSync(join(root, 'checkout'));
    mkdirSync(join(root, 'temp'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  /** Installs nothing but a program that writes down what it was called with. */
  const npm = `#!/bin/sh
printf '%s\\n' "$PWD" "$@" > "$LOG_NPM"
mkdir -p node_modules/@harness-sdk/security-reviewer/bin
cp "$FAKE_PROGRAM" node_modules/@harness-sdk/security-reviewer/bin/security-reviewer.cjs
`;
  const program = `
const { writeFileSync } = require('node:fs');
const parameters = process.argv.slice(2);
writeFileSync(process.env.LOG_PROGRAM, JSON.stringify(parameters));
for (const parameter of parameters) {
  const file = /^(?:sarif|md)=(.*)$/.exec(parameter)?.[1];
  if (file !== undefined) writeFileSync(file, 'report');
}
process.exitCode = Number(process.env.FAKE_CODE);
`;

  function runScript(inputs: Readonly<Record<string, string>>, fakeCode = 0) {
    const step = steps.find(({ id }) => id === 'review');
    const defaults = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [variableOf(name), input.default]),
    );
    const given = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [variableOf(name), value]));
    writeFileSync(join(root, 'bin/npm'), npm);
    chmodSync(join(root, 'bin/npm'), 0o755);
    writeFileSync(join(root, 'program.cjs'), program);
    const { status, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-c', step?.run ?? ''], {
      cwd: join(root, 'checkout'),
      encoding: 'utf8',
      env: {
        ...defaults,
        ...given,
        PATH: `${join(root, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`,
        ACTION_PATH: directory,
        RUNNER_TEMP: join(root, 'temp'),
        GITHUB_OUTPUT: join(root, 'output'),
        GITHUB_STEP_SUMMARY: join(root, 'summary'),
        LOG_NPM: join(root, 'npm.log'),
        LOG_PROGRAM: join(root, 'program.log'),
        FAKE_PROGRAM: join(root, 'program.cjs'),
        FAKE_CODE: String(fakeCode),
      },
    });
    return { status, stderr };
  }

  const read = (name: string): string => (existsSync(join(root, name)) ? readFileSync(join(root, name), 'utf8') : '');
  const parameters = () => z.array(z.string()).parse(JSON.parse(read('program.log')));

  test('installs its own version outside of the checkout, without scripts, and runs it', () => {
    expect(runScript({})).toEqual({ status: 0, stderr: '' });
    const [cwd = '', ...installed] = read('npm.log').trimEnd().split('\n');
    expect(cwd).toMatch(new RegExp(`^${root}/temp/`));
    expect(installed).toContain('--ignore-scripts');
    const version: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    expect(installed.at(-1)).toBe(
      `@harness-sdk/security-reviewer@${z.object({ version: z.string() }).parse(version).version}`,
    );
    expect(parameters().slice(0, 6)).toEqual(['--provider', 'rules', '--fail-on', 'high', '--format', 'github']);
    expect(parameters().slice(-2)).toEqual(['--', '.']);
    expect(read('summary')).toBe('report');
  });

  test.each([0, 1, 3, 4])('tells the exit code %i to the steps that follow, and where the report is', (code) => {
    expect(runScript({}, code).status).toBe(0);
    expect(read('output')).toMatch(new RegExp(`^exit-code=${code}\nsarif=${root}/temp/.*report\\.sarif\n$`));
  });

  test('takes inputs for what they are, whatever they hold', () => {
    const paths = '$(touch pwned)\n`touch pwned`\n"; touch pwned; "\n--fail-on=none\n*\na b/c.py\n\n';
    runScript({ paths, 'fail-on': '$(touch pwned)', provider: 'openai', model: '; touch pwned', 'max-cost': '1' });
    expect(existsSync(join(root, 'checkout/pwned'))).toBe(false);
    const given = parameters();
    expect(given.slice(given.indexOf('--') + 1)).toEqual([
      '$(touch pwned)',
      '`touch pwned`',
      '"; touch pwned; "',
      '--fail-on=none',
      '*',
      'a b/c.py',
    ]);
    expect(given.slice(0, 4)).toEqual(['--provider', 'openai', '--fail-on', '$(touch pwned)']);
    expect(given).toEqual(expect.arrayContaining(['--model', '; touch pwned', '--max-cost', '1']));
    expect(read('npm.log')).toContain('@harness-sdk/providers-openai\n');
  });

  test.each([
    ['version', 'file:../evil'],
    ['version', '1.0.0 evil'],
    ['version', '-g'],
    ['provider', 'evil'],
    ['provider', '../evil'],
  ])('installs nothing for the %s %j', (name, value) => {
    expect(runScript({ [name]: value }).status).toBe(2);
    expect(read('npm.log')).toBe('');
  });
});

function variableOf(input: string): string {
  return `INPUT_${input.toUpperCase().replaceAll('-', '_')}`;
}
