import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseReport } from './json-report.ts';
import { spawnCli } from './spawn-cli.ts';
import { TemporaryTree } from './temporary-tree.ts';

const weak = 'def run(expression):\n    return eval(expression)\n';
const clean = 'x = 1\n';

describe('reports', () => {
  test('go to several places at once, and change the exit code in none', async () => {
    using tree = new TemporaryTree({ 'src/a.py': weak });
    const parameters = ['src', '--format', 'md', '--format', 'sarif=out/a.sarif', '--format', 'json=a.json', '-q'];
    const { code, stdout, stderr } = await spawnCli(parameters, { cwd: tree.root });
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^# Security review by built-in rules/);
    expect(parseReport(readFileSync(tree.path('a.json'), 'utf8')).findings).toHaveLength(1);
    expect(JSON.parse(readFileSync(tree.path('out/a.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect(readdirSync(tree.root).toSorted()).toEqual(['a.json', 'out', 'src']);
  });

  test('go to a file, and stdout stays empty', async () => {
    using tree = new TemporaryTree({ 'a.py': clean });
    const { code, stdout } = await spawnCli(['a.py', '-o', 'report.md'], { cwd: tree.root });
    expect([code, stdout]).toEqual([0, '']);
    expect(readFileSync(tree.path('report.md'), 'utf8')).toContain('No findings in the 1 file that was reviewed.');
  });

  test('say how the data gets there', async () => {
    const lines = ['import os', 'from flask import request', 'def run():', '    name = request.args["n"]'];
    const flowing = [...lines, '    command = "ls " + name', '    os.system(command)', ''].join('\n');
    using tree = new TemporaryTree({ 'a.py': flowing });
    await spawnCli(['a.py', '--output-dir', 'out', '--format', 'md,sarif'], { cwd: tree.root });
    const place = (role: string, startLine: number, text: string): object => ({
      kinds: [role],
      location: { message: { text: `${role}: ${text}` }, physicalLocation: { region: { startLine } } },
    });
    const locations = [
      place('source', 4, 'data from a request'),
      place('step', 5, 'kept under a name'),
      place('sink', 6, 'used here'),
    ];
    expect(JSON.parse(readFileSync(tree.path('out/security-review.sarif'), 'utf8'))).toMatchObject({
      runs: [{ results: [{ codeFlows: [{ threadFlows: [{ locations }] }] }] }],
    });
    expect(readFileSync(tree.path('out/security-review.md'), 'utf8')).toContain('data from a request');
  });

  test('go to a directory, each under the ending of its format', async () => {
    using tree = new TemporaryTree({ 'a.py': clean });
    await spawnCli(['a.py', '--output-dir', 'out', '--format', 'md,json,sarif'], { cwd: tree.root });
    expect(readdirSync(tree.path('out')).toSorted()).toEqual([
      'security-review.json',
      'security-review.md',
      'security-review.sarif',
    ]);
  });

  test.each([
    [['--format', 'md,json'], 'Two reports would go to stdout. Give each its own file: --format json=FILE.'],
    [['--format', 'md=a,json=a'], 'Two reports would go to '],
    [['-o', 'a', '--output-dir', 'b'], 'Of --output and --output-dir only one can be given.'],
    [['-o', 'a.py/report.md'], 'Cannot write "a.py/report.md" of --output'],
    [['-o', 'link.md'], 'it is a symbolic link, which is not followed'],
    [['--log', 'link.md'], 'it is a symbolic link, which is not followed'],
  ])('%j is refused before anything is reviewed', async (parameters, message) => {
    using outside = new TemporaryTree({ 'precious.md': 'precious' });
    using tree = new TemporaryTree({ 'a.py': weak });
    symlinkSync(outside.path('precious.md'), tree.path('link.md'));
    const { code, stdout, stderr } = await spawnCli(['a.py', ...parameters], { cwd: tree.root });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^security-reviewer: .+\n$/);
    expect(stderr).toContain(message);
    expect(readFileSync(outside.path('precious.md'), 'utf8')).toBe('precious');
  });
});

describe('a configuration in the reviewed directory', () => {
  test('narrows the review, and its file is named', async () => {
    using tree = new TemporaryTree({
      'a.py': weak,
      'vendored/b.py': weak,
      'security-review.config.yaml': 'exclude: vendored/\nformat: json\n',
    });
    const { code, stdout, stderr } = await spawnCli([], { cwd: tree.root });
    expect(code).toBe(1);
    expect(parseReport(stdout).coverage.reviewed).toEqual(['a.py', 'security-review.config.yaml']);
    expect(stderr).toContain('security-review.config.yaml');
  });

  test('cannot make findings pass, unless it is trusted', async () => {
    using tree = new TemporaryTree({ 'a.py': weak, 'security-review.config.json': '{"fail-on": "none"}' });
    const { code, stderr } = await spawnCli([], { cwd: tree.root });
    expect(code).toBe(2);
    expect(stderr).toContain('--trust-config');
    expect(await spawnCli(['--trust-config'], { cwd: tree.root })).toMatchObject({ code: 0 });
  });
});

describe('what is left out by choice', () => {
  test('does not fail the review, and is in the report with the reason', async () => {
    using tree = new TemporaryTree({ 'a.py': weak });
    const { code, stdout } = await spawnCli(['--skip', 'CWE-94', '--format', 'json'], { cwd: tree.root });
    expect(code).toBe(0);
    expect(parseReport(stdout)).toMatchObject({
      findings: [],
      suppressed: [{ kind: 'code-injection', suppressed: { by: 'config', reason: 'left out by --skip CWE-94' } }],
    });
  });
});

describe('progress', () => {
  test('goes into a log with times, which is added to, also where it is quiet', async () => {
    using tree = new TemporaryTree({ 'a.py': clean });
    for (let round = 0; round < 2; round += 1) {
      expect(await spawnCli(['a.py', '-q', '--log', 'log.txt'], { cwd: tree.root })).toMatchObject({ stderr: '' });
    }
    const lines = readFileSync(tree.path('log.txt'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    const expected = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z (?:Reviewed by: |1 file to review$|\[1\/1\] a\.py: )/;
    for (const line of lines) expect(line).toMatch(expected);
  });
});
