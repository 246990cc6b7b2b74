import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { RULES } from '../src/rules/engine.ts';
import { parseReport } from './json-report.ts';
import { spawnCli } from './spawn-cli.ts';
import { TemporaryTree } from './temporary-tree.ts';

const weak = 'def run(expression):\n    return eval(expression)\n';

describe('rules', () => {
  test('lists each rule on a line', async () => {
    const { code, stdout, stderr } = await spawnCli(['rules']);
    expect([code, stderr]).toEqual([0, '']);
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(ids).toEqual(RULES.map(({ id }) => id).toSorted());
  });

  test('gives all there is to know of each as JSON', async () => {
    const { stdout } = await spawnCli(['rules', '--json']);
    const rules: unknown = JSON.parse(stdout);
    const [first] = RULES.toSorted((left, right) => (left.id < right.id ? -1 : 1));
    expect(rules).toHaveLength(RULES.length);
    expect(rules).toHaveProperty('0', {
      id: first?.id,
      kind: first?.kind,
      title: first?.title,
      severity: first?.severity,
      confidence: first?.confidence,
      cwe: first?.cwe,
      owasp: first?.owasp,
      why: first?.why,
      fix: first?.fix,
      weakExample: first?.weakExample,
      safeExample: first?.safeExample,
    });
  });
});

describe('explain', () => {
  test('says of a rule what is wrong, what to do, and shows both', async () => {
    const { code, stdout } = await spawnCli(['explain', 'py/code-injection']);
    expect(code).toBe(0);
    for (const part of [
      'py/code-injection: ',
      'CWE-94 https://cwe.mitre.org/data/definitions/94.html',
      'Why: ',
      'Fix: ',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).toMatch(/Reported:\n {4}[^]+Not reported:\n {4}/);
  });

  test('says of a kind what each of its rules says', async () => {
    const { stdout } = await spawnCli(['explain', 'code-injection']);
    expect(stdout).toContain('js/code-injection: ');
    expect(stdout).toContain('py/code-injection: ');
  });

  test('finds a finding by its fingerprint, here or in an older report', async () => {
    using tree = new TemporaryTree({ 'a.py': weak });
    const { stdout: report } = await spawnCli(['.', '--format', 'json'], { cwd: tree.root });
    const fingerprint = parseReport(report).findings[0]?.fingerprint ?? '';
    const here = await spawnCli(['explain', fingerprint.slice(0, 10)], { cwd: tree.root });
    expect(here.code).toBe(0);
    expect(here.stdout).toMatch(/^a\.py:2: /);
    expect(here.stdout).toContain('return eval(expression)');
    expect(here.stdout).toContain(`Fingerprint ${fingerprint}`);
    using elsewhere = new TemporaryTree({ 'report.json': report });
    const parameters = ['explain', fingerprint, '--report', 'report.json'];
    expect(await spawnCli(parameters, { cwd: elsewhere.root })).toEqual(here);
  });

  test.each([
    [['explain', 'py/code-injektion'], 'Did you mean "py/code-injection"?'],
    [['explain', '0123456789'], 'No finding of what the rules find here'],
    [['explain', '0123456789', '--report', 'a.py'], '"a.py" is no report of security-reviewer in JSON or SARIF'],
    [['explain', '0123456789', '--report', 'nowhere'], 'There is no report "nowhere".'],
  ])('refuses %j', async (parameters, message) => {
    using tree = new TemporaryTree({ 'a.py': weak });
    const { code, stdout, stderr } = await spawnCli(parameters, { cwd: tree.root });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('init', () => {
  test('writes a configuration and a workflow, with which a review runs', async () => {
    using tree = new TemporaryTree({ 'a.py': weak });
    const { code, stdout } = await spawnCli(['init'], { cwd: tree.root });
    expect(code).toBe(0);
    expect(stdout).toBe('Wrote security-review.config.yaml\nWrote .github/workflows/security-review.yml\n');
    expect(parse(readFileSync(tree.path('.github/workflows/security-review.yml'), 'utf8'))).toMatchObject({
      permissions: { contents: 'read' },
    });
    const reviewed = await spawnCli(['.'], { cwd: tree.root });
    expect(reviewed.code).toBe(1);
    expect(reviewed.stderr).toContain(`Configuration: ${tree.path('security-review.config.yaml')}\n`);
  });

  test('overwrites nothing, unless it is told to', async () => {
    using tree = new TemporaryTree({ 'security-review.config.yaml': 'mine: true\n' });
    const before = tree.digest();
    const refused = await spawnCli(['init'], { cwd: tree.root });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('security-review.config.yaml would be overwritten. To allow it, give --force.');
    expect(readFileSync(tree.path('security-review.config.yaml'), 'utf8')).toBe('mine: true\n');
    expect(tree.digest()).not.toBe('');
    expect((await spawnCli(['init', '--force'], { cwd: tree.root })).code).toBe(0);
    expect(tree.digest()).not.toBe(before);
  });

  test('follows no link out of the directory', async () => {
    using outside = new TemporaryTree();
    using tree = new TemporaryTree();
    symlinkSync(outside.root, tree.path('.github'));
    const before = outside.digest();
    expect(await spawnCli(['init', '--force'], { cwd: tree.root })).toMatchObject({ code: 2 });
    expect(outside.digest()).toBe(before);
  });
});

describe('doctor', () => {
  test('says what a review would run with, and names keys without showing them', async () => {
    using tree = new TemporaryTree({ 'security-review.config.json': '{}' });
    const env = { OPENAI_API_KEY: 'sk-very-secret' };
    const { code, stdout, stderr } = await spawnCli(['doctor'], { cwd: tree.root, env });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('openai: OPENAI_API_KEY is set; installed; default model ');
    expect(stdout).toContain('anthropic: ANTHROPIC_API_KEY is not set');
    expect(stdout).toMatch(/ok {6}a review here: openai\/.*; price known\n/);
    expect(stdout).toMatch(/ok {6}built-in rules: \d+, with their grammars\n/);
    expect(stdout).toMatch(/ok {6}git version /);
    expect(stdout).toContain(`configuration: ${tree.path('security-review.config.json')}`);
    expect(stdout).not.toContain('sk-very-secret');
  });

  test('ends with 4 where the review could not run', async () => {
    const { code, stdout } = await spawnCli(['doctor', '--provider', 'anthropic']);
    expect(code).toBe(4);
    expect(stdout).toMatch(/FAILED {2}a review here: .*ANTHROPIC_API_KEY/);
  });
});

describe('baseline', () => {
  test('makes what is found now known, so that only what is new counts', async () => {
    using tree = new TemporaryTree({ 'a.py': weak });
    const written = await spawnCli(['baseline', '-q'], { cwd: tree.root });
    expect(written).toMatchObject({ code: 0, stdout: 'Wrote 1 finding to .security-review/baseline.json\n' });
    tree.write('a.py', `import os\n\n${weak}`);
    const known = await spawnCli(['a.py', '--format', 'json'], { cwd: tree.root });
    expect(known.code).toBe(0);
    expect(known.stderr).toContain('Baseline: .security-review/baseline.json (1 known finding)\n');
    expect(parseReport(known.stdout)).toMatchObject({ findings: [], suppressed: [{ suppressed: { by: 'baseline' } }] });
    tree.write('b.py', 'def run(command):\n    return eval(command)\n');
    const changed = await spawnCli(['a.py', 'b.py', '--format', 'json', '--new-only'], { cwd: tree.root });
    expect(changed.code).toBe(1);
    expect(parseReport(changed.stdout)).toMatchObject({ findings: [{ location: { file: 'b.py' } }], suppressed: [] });
  });

  test('is written where it is named, and read from there', async () => {
    using tree = new TemporaryTree({ 'a.py': weak });
    await spawnCli(['baseline', 'a.py', '--baseline', 'etc/known.json'], { cwd: tree.root });
    expect((await spawnCli(['a.py'], { cwd: tree.root })).code).toBe(1);
    expect((await spawnCli(['a.py', '--baseline', 'etc/known.json'], { cwd: tree.root })).code).toBe(0);
  });

  test('is left as it was by a review that is not complete', async () => {
    using tree = new TemporaryTree({ 'a.txt': '', '.security-review/baseline.json': 'mine' });
    const { code, stdout, stderr } = await spawnCli(['baseline', 'a.txt'], { cwd: tree.root });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('the review is incomplete, so .security-review/baseline.json was left as it was.');
    expect(readFileSync(tree.path('.security-review/baseline.json'), 'utf8')).toBe('mine');
  });

  test('that is broken, missing or a link is an error before anything is reviewed', async () => {
    using outside = new TemporaryTree({ 'known.json': '{"version":1,"findings":[]}' });
    using tree = new TemporaryTree({ 'a.py': weak, 'broken.json': '{' });
    symlinkSync(outside.path('known.json'), tree.path('link.json'));
    for (const parameters of [
      ['--baseline', 'broken.json'],
      ['--baseline', 'nowhere.json'],
      ['--baseline', 'link.json'],
      ['--new-only'],
    ]) {
      expect(await spawnCli(['a.py', ...parameters], { cwd: tree.root })).toMatchObject({ code: 2, stdout: '' });
    }
  });
});

describe('stdin', () => {
  test('is reviewed under the path that is named', async () => {
    using tree = new TemporaryTree();
    const options = { cwd: tree.root, input: weak };
    const { code, stdout } = await spawnCli(['-', '--stdin-path', 'src/app.py', '--format', 'json'], options);
    expect(code).toBe(1);
    expect(parseReport(stdout)).toMatchObject({
      target: { paths: ['src/app.py'] },
      findings: [{ location: { file: 'src/app.py', startLine: 2 } }],
    });
  });

  test.each([
    [['-'], 'needs a path, which says its language: - --stdin-path app.py'],
    [['--stdin-path', 'a.py'], 'goes with - among the paths'],
  ])('%j is refused', async (parameters, message) => {
    const { code, stderr } = await spawnCli(parameters, { input: weak });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('verify', () => {
  const formats = [['json'], ['sarif']];

  test.each(formats)('says what became of each finding of a report in %s', async (format) => {
    using tree = new TemporaryTree({ 'a.py': weak, 'b.py': weak, 'c.py': weak, 'd.py': weak });
    await spawnCli(['.', '--format', `${format}=report`, '-q'], { cwd: tree.root });
    tree.write('b.py', `import os\n\n${weak}`);
    tree.write('c.py', 'def run(expression):\n    return int(expression)\n');
    rmSync(tree.path('d.py'));
    const { code, stdout, stderr } = await spawnCli(['verify', 'report'], { cwd: tree.root });
    expect([code, stderr]).toEqual([1, '']);
    const rows = stdout.split('\n').map((line) => line.split(/ +/).slice(0, 3).join(' '));
    expect(rows.slice(0, 4).toSorted()).toEqual([
      'fixed critical c.py:2',
      'fixed critical d.py:2',
      'moved critical b.py:4',
      'present critical a.py:2',
    ]);
    expect(rows[4]).toBe('4 findings, 1');
    const asJson = await spawnCli(['verify', 'report', '--json', '--fail-on', 'none'], { cwd: tree.root });
    expect(asJson.code).toBe(0);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ findings: [{}, {}, {}, {}] });
  });

  test('calls nothing fixed that it cannot read, and does not follow a report out of the directory', async () => {
    using outside = new TemporaryTree({ 'a.py': weak });
    using tree = new TemporaryTree({ 'a.py': weak });
    await spawnCli(['.', '--format', 'json=report.json', '-q'], { cwd: tree.root });
    rmSync(tree.path('a.py'));
    symlinkSync(outside.path('a.py'), tree.path('a.py'));
    const { code, stdout } = await spawnCli(['verify', 'report.json'], { cwd: tree.root });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^unknown .*The file cannot be read \(outside\)\.\n1 finding, 1 unknown\n$/);
  });

  test('refuses what is no report', async () => {
    using tree = new TemporaryTree({ 'a.py': weak });
    for (const parameters of [['verify', 'a.py'], ['verify', 'nowhere'], ['verify']]) {
      expect(await spawnCli(parameters, { cwd: tree.root })).toMatchObject({ code: 2, stdout: '' });
    }
  });
});
