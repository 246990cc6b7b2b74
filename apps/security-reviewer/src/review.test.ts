import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { OptionError } from '@harness-sdk/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { review, type ReviewOptions, type ReviewProgress } from './review.ts';
import { createRulesEngine, type RulesEngine } from './rules/engine.ts';

const engine = await createRulesEngine();
const weak = 'def run(expression):\n    return eval(expression)\n';
let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'review-')));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function reviewByRules(changes: Partial<ReviewOptions> = {}, rules: RulesEngine = engine) {
  return review({ paths: ['.'], rules, cwd: root, ...changes });
}

describe('a line is the same line', () => {
  const lines = ['# naïve 日本 🙂', '', ...weak.trimEnd().split('\n')];

  test.each<[string, string | Buffer]>([
    ['with LF', `${lines.join('\n')}\n`],
    ['with CRLF', `${lines.join('\r\n')}\r\n`],
    ['with LF and CRLF', `${lines.slice(0, 2).join('\r\n')}\r\n${lines.slice(2).join('\n')}\n`],
    ['without a last line end', lines.join('\n')],
    ['behind a byte order mark', `\ufeff${lines.join('\n')}\n`],
    ['in UTF-16, little end first', Buffer.from(`\ufeff${lines.join('\n')}\n`, 'utf16le')],
    ['in UTF-16, big end first', Buffer.from(`\ufeff${lines.join('\n')}\n`, 'utf16le').swap16()],
    ['beside bytes that are no UTF-8', Buffer.concat([Buffer.from('# \xff\xfe\n\n', 'latin1'), Buffer.from(weak)])],
    ['with tabs', lines.join('\n').replace('    ', '\t')],
  ])('%s', async (_, content) => {
    write('a.py', content);
    const { findings, coverage } = await reviewByRules();
    expect(coverage).toMatchObject({ reviewed: ['a.py'], isComplete: true });
    expect(findings).toMatchObject([{ location: { startLine: 4, endLine: 4 } }]);
    expect(findings[0]?.evidence.trim()).toBe('return eval(expression)');
  });

  test('far down in a long file', async () => {
    write('a.py', `${'x = 1\n'.repeat(30_000)}${weak}`);
    const { findings } = await reviewByRules();
    expect(findings).toMatchObject([{ location: { startLine: 30_002 } }]);
  });

  test('behind a very long one', async () => {
    write('a.py', `x = "${'y'.repeat(500_000)}"\n${weak}`);
    const { findings, coverage } = await reviewByRules();
    expect(coverage.isComplete).toBe(true);
    expect(findings).toMatchObject([{ location: { startLine: 3 } }]);
  });
});

test('an empty file is reviewed', async () => {
  write('a.py', '');
  expect(await reviewByRules()).toMatchObject({ coverage: { reviewed: ['a.py'], isComplete: true }, findings: [] });
});

test('the order of the paths changes nothing', async () => {
  for (const path of ['a/x.py', 'b/y.py', 'z.py']) write(path, weak);
  const paths = ['a', 'b', 'z.py'];
  const { findings, coverage } = await reviewByRules({ paths });
  const other = await reviewByRules({ paths: paths.toReversed() });
  expect([other.findings, other.coverage]).toEqual([findings, coverage]);
});

test('equal findings in other files have other fingerprints, and the same ones the next time', async () => {
  for (const path of ['a.py', 'b.py']) write(path, weak);
  const fingerprints = (await reviewByRules()).findings.map(({ fingerprint }) => fingerprint);
  expect(new Set(fingerprints).size).toBe(2);
  write('a.py', `import os\n\n\n${weak}`);
  expect((await reviewByRules()).findings.map(({ fingerprint }) => fingerprint)).toEqual(fingerprints);
});

test('tells how far it is after each unit', async () => {
  const large = 'x = 1\n'.repeat(100_000);
  for (const path of ['a.py', 'b.py', 'c.py']) write(path, path === 'b.py' ? large : weak);
  const progress: ReviewProgress[] = [];
  await reviewByRules({ onProgress: (step) => progress.push(step) });
  expect(progress).toEqual([
    { stage: 'rules', done: 1, total: 3, files: ['a.py'], findings: 1, costUsd: 0 },
    { stage: 'rules', done: 2, total: 3, files: ['b.py'], findings: 1, costUsd: 0 },
    { stage: 'rules', done: 3, total: 3, files: ['c.py'], findings: 2, costUsd: 0 },
  ]);
});

test('costs nothing and uses no tokens by rules', async () => {
  write('a.py', weak);
  expect(await reviewByRules()).toMatchObject({ costUsd: 0, tokens: 0, providerFailure: undefined });
});

describe('a file that is not what it was', () => {
  test('when its findings are reported has failed: they may be wrong, and others missing', async () => {
    write('a.py', weak);
    const changing: RulesEngine = {
      ...engine,
      checkAll(files) {
        write('a.py', `import os\n${weak}`);
        return engine.checkAll(files);
      },
    };
    const { coverage, findings } = await reviewByRules({}, changing);
    expect(findings).toEqual([]);
    expect(coverage.failed).toEqual([{ file: 'a.py', reason: 'it changed while it was reviewed' }]);
  });

  test('because it is gone has failed', async () => {
    write('a.py', weak);
    write('b.py', `${weak}${'x = 1\n'.repeat(100_000)}`);
    const { coverage } = await reviewByRules({ onProgress: () => rmSync(join(root, 'b.py'), { force: true }) });
    expect(coverage).toMatchObject({
      reviewed: ['a.py'],
      failed: [{ file: 'b.py', reason: 'the reviewer did not read it' }],
    });
  });
});

test('rules that fail on one unit do not keep the others from being reviewed', async () => {
  write('a.py', weak);
  write('b.py', 'x = 1\n'.repeat(100_000));
  const failing: RulesEngine = {
    ...engine,
    checkAll(files) {
      if (files.some(({ path }) => path === 'b.py')) throw new RangeError('memory access out of bounds');
      return engine.checkAll(files);
    },
  };
  const { coverage, findings, providerFailure } = await reviewByRules({}, failing);
  expect(coverage.reviewed).toEqual(['a.py']);
  expect(coverage.failed[0]?.reason).toContain('memory access out of bounds');
  expect(findings).toHaveLength(1);
  expect(providerFailure).toBeUndefined();
});

describe('refuses', () => {
  test('to review no path, and a path that does not exist', async () => {
    await expect(reviewByRules({ paths: [] })).rejects.toBeInstanceOf(OptionError);
    await expect(reviewByRules({ paths: ['nowhere'] })).rejects.toThrow('there is no such file or directory');
  });
});

test('an interrupt before it begins leaves nothing reviewed', async () => {
  write('a.py', weak);
  expect(await reviewByRules({ signal: AbortSignal.abort() })).toMatchObject({
    wasInterrupted: true,
    findings: [],
    coverage: { reviewed: [], failed: [{ file: 'a.py', reason: 'the review was interrupted before its turn' }] },
  });
});

test('data is followed between the first and the last of many files', async () => {
  for (let index = 0; index < 30; index++) write(`m${index}.py`, 'x = 1\n');
  write('zzz.py', 'import os\n\n\ndef run(command):\n    os.system(command)\n');
  write(
    'aab.py',
    'from flask import request\nfrom zzz import run\n\n\n@app.route("/")\ndef view():\n    run(request.args["c"])\n',
  );
  const { findings } = await reviewByRules();
  expect(findings.find(({ kind }) => kind === 'command-injection')?.confidence).toBe(0.9);
});
