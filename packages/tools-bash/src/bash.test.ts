import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createWorkspace } from '@harness-sdk/core/node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callTool, type Called } from '../test/call-tool.ts';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { createBash } from './bash.ts';
import type { CommandOptions } from './command-settings.ts';

let tree: Tree;

beforeEach(async () => {
  tree = await makeTree({ 'src/a.txt': 'one\n', 'bin/ls': '#!/bin/sh\necho planted\n' });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await tree.remove();
});

function bash(
  args: { command: string; cwd?: string; timeout_ms?: number },
  options: CommandOptions = {},
): Promise<Called> {
  return callTool(createBash(createWorkspace({ root: tree.root }), options), args, { cwd: tree.root });
}

const display = { cause: 'exit', exitCode: 0, signal: null, omittedCharacters: 0, leftBehind: [] };

test('gives the output of both kinds in the order in which it was written', async () => {
  const { output } = await bash({ command: 'for i in 1 2 3; do echo out $i; echo err $i >&2; done' });
  expect(output).toEqual({ content: 'out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n', isError: false, display });
});

test('says where there is no output', async () => {
  expect((await bash({ command: 'true' })).text).toBe('[no output]');
});

test('runs with bash, without any start-up file and without the functions of the environment', async () => {
  vi.stubEnv('SHELL', '/bin/false');
  vi.stubEnv('BASH_ENV', join(tree.root, 'bin/ls'));
  vi.stubEnv('BASH_FUNC_echo%%', '() { builtin echo planted; }');
  vi.stubEnv('PROMPT_COMMAND', 'echo planted');
  expect((await bash({ command: '[[ -n $BASH_VERSION ]] && echo "$-"' })).text).toBe('hBc\n');
});

test('gives the command nothing to read', async () => {
  expect((await bash({ command: 'cat; read -r line || echo "no line"' })).text).toBe('no line\n');
});

test('takes a command that starts like an option for a command', async () => {
  expect((await bash({ command: '--version' })).text).toMatch(/--version: command not found\n\[exit code 127\]$/);
});

describe('an end that is no success', () => {
  test.each([
    ['exit 3', '[exit code 3]', 3, null],
    ['no-such-program', '[exit code 127]', 127, null],
    ['kill -SEGV $$', '[ended by SIGSEGV]', null, 'SIGSEGV'],
    ['bash -c "kill -KILL \\$\\$"; exit $?', '[exit code 137, which is 128 + SIGKILL]', 137, null],
    ['if true; then', '[exit code 2]', 2, null],
  ])('of %j is an error that says %s', async (command, note, exitCode, signal) => {
    const { output, text } = await bash({ command: `echo before; ${command}` });
    expect(text.startsWith(command.startsWith('if') ? '' : 'before\n')).toBe(true);
    expect(text.endsWith(`\n${note}`)).toBe(true);
    expect(output).toMatchObject({ isError: true, display: { exitCode, signal } });
  });

  test('stands on a line of its own', async () => {
    expect((await bash({ command: 'printf x; false' })).text).toBe('x\n[exit code 1]');
  });

  test('by the time limit tells what was put out until then', async () => {
    const { output, text } = await bash({ command: 'echo before; sleep 1000', timeout_ms: 300 });
    expect(text).toBe('before\n[ended after 300 ms, its time limit, with all its processes]');
    expect(output).toMatchObject({ isError: true, display: { cause: 'timeout' } });
  });
});

describe('output', () => {
  test('keeps its beginning and its end, and says how much is left out', async () => {
    const { text, output } = await bash({ command: 'seq 1 5000' }, { maxOutputCharacters: 1000 });
    expect(text).toMatch(/^1\n2\n3\n[^]*\n\[22893 characters left out\]\n[^]*\n4999\n5000\n$/);
    expect(text.length).toBeLessThan(1100);
    expect(output).toMatchObject({ display: { omittedCharacters: 22_893 } });
  });

  test('of 100 MB has its last line', async () => {
    const { text } = await bash({ command: 'head -c 100000000 /dev/zero | tr "\\0" "x"; echo; echo last line' });
    expect(text.endsWith('xxx\nlast line\n')).toBe(true);
    expect(text.length).toBeLessThan(31_000);
  });

  test('in one huge line is cut like any other', async () => {
    const { text } = await bash({ command: 'head -c 3000000 /dev/zero | tr "\\0" "y"' });
    expect(text).toMatch(/^y{15000}\n\[2970000 characters left out\]\ny{15000}$/);
  });

  test('is read as UTF-8 where the bytes of a character come apart', async () => {
    const command = String.raw`printf '\xf0\x9f'; sleep 0.05; printf '\x99'; sleep 0.05; printf '\x82 \xc3'; sleep 0.05; printf '\xa9'`;
    expect((await bash({ command })).text).toBe('🙂 é');
  });

  test('that is no UTF-8 is marked where it is none', async () => {
    expect((await bash({ command: String.raw`printf 'a\xff\xfeb\xf0\x9f'` })).text).toBe('a\ufffd\ufffdb\ufffd');
  });

  test('that is binary is text that can be stored and sent', async () => {
    const { text } = await bash({ command: String.raw`printf '\x00\x01\x02PNG\x07\x7f'; head -c 2000 /dev/urandom` });
    expect(text.startsWith('\ufffd\ufffd\ufffdPNG\ufffd\ufffd')).toBe(true);
    // oxlint-disable-next-line no-control-regex -- Those must not be there.
    expect(text).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/);
    expect(text.isWellFormed()).toBe(true);
  });

  test('loses its colours', async () => {
    expect((await bash({ command: String.raw`printf '\e[31mred\e[0m\n'` })).text).toBe('red\n');
  });

  test('is told on the way, at a bounded rate', async () => {
    const { progress, output } = await bash({ command: 'yes', timeout_ms: 1000 });
    expect(output.isError).toBe(true);
    expect(progress.length).toBeGreaterThan(0);
    // One each 250 ms, whatever comes.
    expect(progress.length).toBeLessThan(8);
    for (const step of progress) expect(JSON.stringify(step).length).toBeLessThan(9000);
  });

  test('is told on the way as it comes, and not twice', async () => {
    const { progress } = await bash({ command: 'echo one; sleep 0.6; echo two; sleep 0.6' });
    expect(progress).toEqual([{ output: 'one\n' }, { output: 'two\n' }]);
  });
});

describe('the environment of a command', () => {
  test('has no key of a provider, and nothing by which the processes of the call are known', async () => {
    for (const name of ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY', 'OLLAMA_API_KEY']) {
      vi.stubEnv(name, 'decoy-key');
    }
    for (const name of ['AWS_SECRET_ACCESS_KEY', 'NODE_OPTIONS', 'LD_AUDIT', 'GIT_DIR']) vi.stubEnv(name, 'decoy-key');
    const { text } = await bash({ command: 'env; export -p; declare -F' });
    expect(text).toContain('GIT_PAGER=cat\n');
    expect(text).not.toContain('decoy-key');
    expect(text).toContain('HARNESS_SDK_CALL=…\n');
    expect(text).not.toMatch(/[0-9a-f]{32}/);
  });

  test('has further variables that were asked for', async () => {
    vi.stubEnv('BUILD_NUMBER', '7');
    expect((await bash({ command: 'echo "<$BUILD_NUMBER>"' })).text).toBe('<>\n');
    expect((await bash({ command: 'echo "<$BUILD_NUMBER>"' }, { env: ['BUILD_NUMBER'] })).text).toBe('<7>\n');
  });

  test('finds no program in the workspace', async () => {
    vi.stubEnv('PATH', `${join(tree.root, 'bin')}:bin::${process.env['PATH'] ?? ''}`);
    expect((await bash({ command: 'ls src' })).text).toBe('a.txt\n');
  });
});

describe('the directory', () => {
  test('is the root for each call, whatever the one before did', async () => {
    const tool = createBash(createWorkspace({ root: tree.root }));
    await callTool(tool, { command: 'cd /; X=1; export X' }, { cwd: tree.root });
    const { text } = await callTool(tool, { command: 'pwd; echo "<$X>"' }, { cwd: tree.root });
    expect(text).toBe(`${tree.root}\n<>\n`);
  });

  test('can be another one in the workspace', async () => {
    expect((await bash({ command: 'pwd', cwd: 'src' })).text).toBe(`${tree.root}/src\n`);
  });

  test.each(['..', '/', 'link', 'link/deeper', 'src/a.txt', 'gone'])('cannot be %s', async (cwd) => {
    await symlink(tree.outside, join(tree.root, 'link'));
    const { isError, text } = await bash({ command: 'echo ran', cwd });
    expect({ isError, hasRun: text.includes('ran') }).toEqual({ isError: true, hasRun: false });
  });

  test('is the one that was checked, also where it is replaced by a link meanwhile', async () => {
    const tool = createBash(createWorkspace({ root: tree.root }));
    // Swaps the directory for a link and back, as fast as it can, while calls start in it.
    const swap = `while :; do mv src real; ln -s ${tree.outside} src; rm src; mv real src; done`;
    const controller = new AbortController();
    const swapping = callTool(tool, { command: swap }, { cwd: tree.root, signal: controller.signal });
    for (let round = 0; round < 30; round++) {
      const { text } = await callTool(tool, { command: 'ls', cwd: 'src' }, { cwd: tree.root });
      expect(text).not.toContain('secret.txt');
    }
    controller.abort();
    await swapping;
  });
});

describe('what cannot be started', () => {
  test('is said of a bash that is not there', async () => {
    vi.stubEnv('PATH', tree.outside);
    const { text, isError } = await bash({ command: 'echo ran' });
    expect({ text, isError }).toEqual({
      text: 'Nothing was started: There is no program "bash" on PATH, whose parts in the workspace do not count.',
      isError: true,
    });
  });

  test('is said of a command that is too long for the system', async () => {
    const { text, isError } = await bash({ command: `: ${'x'.repeat(3_000_000)}` });
    expect(isError).toBe(true);
    expect(text).toMatch(/^Nothing was started: .* with 3000002 bytes\. Write what is long to a file first\.$/);
  });
});
