import type { Json, Model } from '@harness-sdk/core';
import { call, callRaw, fail, reportUsage, scriptedModel, stopWith, waitFor } from '@harness-sdk/core/testing';
import { createPriceBook } from '@harness-sdk/pricing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { previewReview, review, type ReviewOptions, type ReviewProgress } from '../src/review.ts';
import { createRulesEngine } from '../src/rules/engine.ts';
import { scriptedReviewer, type ReviewerScript } from './scripted-reviewer.ts';
import { TemporaryTree } from './temporary-tree.ts';

const rules = await createRulesEngine();
const weak = 'def run(expression):\n    return eval(expression)\n';
/** Too much to be reviewed together with another file. */
const large = `${`# ${'x'.repeat(47)}\n`.repeat(500)}`;

let tree: TemporaryTree;

beforeEach(() => {
  tree = new TemporaryTree();
});

afterEach(() => {
  tree[Symbol.dispose]();
});

const found = {
  line: 2,
  severity: 'critical',
  kind: 'code-injection',
  evidence: 'return eval(expression)',
  explanation: 'The expression is a parameter.',
  recommendation: 'Use ast.literal_eval.',
  confidence: 0.9,
} as const;

function reviewer(script: ReviewerScript) {
  return scriptedModel(scriptedReviewer(script), { provider: 'anthropic', id: 'claude-sonnet-4-6' });
}

function reviewTree(model: Model, changes: Partial<ReviewOptions> = {}) {
  return review({ paths: ['.'], rules, model, cwd: tree.root, verify: 'code', ...changes });
}

describe('what the rules found stays', () => {
  test('where the model declines: each file is tried again by itself, and the report says which it never saw', async () => {
    for (const path of ['a.py', 'b.py', 'c.py']) tree.write(path, weak);
    const model = reviewer({
      instead: (_request, { paths }) => (paths.includes('b.py') ? ['No.', stopWith('refusal')] : undefined),
    });
    const { coverage, findings, providerFailure } = await reviewTree(model);
    expect(findings.map(({ location, origin }) => [location.file, origin])).toEqual([
      ['a.py', ['rules']],
      ['b.py', ['rules']],
      ['c.py', ['rules']],
    ]);
    expect(coverage).toMatchObject({
      reviewed: ['a.py', 'b.py', 'c.py'],
      failed: [],
      notByModel: [{ file: 'b.py', reason: 'the model declined to review it' }],
      isComplete: false,
    });
    expect(providerFailure).toBeUndefined();
  });

  test('where the provider fails for good, and the other files are not tried', async () => {
    for (const path of ['a.py', 'b.py']) tree.write(path, `${weak}${large}`);
    const model = reviewer({ instead: () => [fail('auth', { statusCode: 401 })] });
    const { coverage, findings, providerFailure } = await reviewTree(model, { concurrency: 1 });
    expect(findings).toHaveLength(2);
    expect(coverage.notByModel.map(({ file }) => file)).toEqual(['a.py', 'b.py']);
    expect(providerFailure).toContain('auth');
    expect(model.calls).toBe(1);
  });

  test('where the model takes it for no weakness, with its doubt beside it', async () => {
    tree.write('a.py', weak);
    const verdict = () => ({ verdict: 'no_weakness', reason: 'A comment says that it was audited.' });
    const { findings, rejected } = await reviewTree(reviewer({ verdict }), { verify: 'model' });
    expect(rejected).toEqual([]);
    expect(findings).toMatchObject([
      {
        ruleId: 'py/code-injection',
        severity: 'critical',
        confidence: 0.5,
        verification: { status: 'unverified', by: 'model', note: expect.stringContaining('was audited') },
      },
    ]);
  });

  test('where both found it: it is one finding, with both origins, under the rule’s own id and fingerprint', async () => {
    tree.write('a.py', weak);
    const alone = await review({ paths: ['.'], rules, cwd: tree.root });
    const { findings } = await reviewTree(reviewer({ report: () => [{ ...found, line: 1, cwe: 'CWE-95' }] }));
    expect(findings).toMatchObject([
      { ruleId: 'py/code-injection', origin: ['rules', 'llm'], explanation: 'The expression is a parameter.' },
    ]);
    expect(findings[0]?.fingerprint).toBe(alone.findings[0]?.fingerprint);
  });

  test('where both found it, and the way of the data is that of the model only where the rule knows the sink alone', async () => {
    const steps = [
      { line: 1, role: 'source' },
      { line: 3, role: 'sink' },
    ];
    const evidence = 'eval(request.args["x"])';
    const report = () => [{ ...found, line: 3, evidence, steps }];
    const roles = async (): Promise<string[][]> => {
      const { findings } = await reviewTree(reviewer({ report }));
      return findings.map(({ related }) =>
        related.map(({ role, startLine, note }) => [role, startLine, note].join(' ')),
      );
    };
    tree.write('a.py', `from flask import request\n\n${evidence}\n`);
    expect(await roles()).toEqual([['source 1 ', 'sink 3 ']]);
    tree.write('a.py', `from flask import request\nx = request.args["x"]\neval(x)  # ${evidence}\n`);
    expect(await roles()).toEqual([['source 2 data from a request', 'sink 3 used here']]);
  });
});

describe('what only the model found', () => {
  const ruby = 'def run(expression)\n  eval(expression)\nend\n';
  const report = () => [{ ...found, evidence: 'eval(expression)' }];

  test('is looked at again in a session of its own, which reads and can do nothing else', async () => {
    tree.write('a.rb', ruby);
    const model = reviewer({ report });
    const { findings, stages } = await reviewTree(model, { verify: 'model' });
    expect(findings).toMatchObject([{ verification: { status: 'confirmed', by: 'model' }, severity: 'critical' }]);
    const second = model.requests.find(({ messages }) => JSON.stringify(messages[0]).includes('<finding>'));
    expect(second?.tools.map(({ name }) => name)).toEqual(['Read', 'ReportVerdict']);
    expect(second?.messages).toHaveLength(1);
    expect(stages.find(({ name }) => name === 'verify')?.note).toContain('looked again at 1 of 1');
  });

  test('is listed as rejected, with the reason, where the second look rejects it', async () => {
    tree.write('a.rb', ruby);
    const verdict = () => ({ verdict: 'no weakness', reason: 'Line 1 passes a constant.' });
    const { findings, rejected } = await reviewTree(reviewer({ report, verdict }), { verify: 'model' });
    expect(findings).toEqual([]);
    expect(rejected).toMatchObject([
      { kind: 'code-injection', verification: { status: 'rejected', by: 'model', note: 'Line 1 passes a constant.' } },
    ]);
  });

  test('is only ever lowered by the second look', async () => {
    tree.write('a.rb', ruby);
    const raise = () => ({ verdict: 'weakness', reason: 'Yes.', confidence: 1, severity: 'critical' });
    const { findings } = await reviewTree(reviewer({ report, verdict: raise }), { verify: 'model' });
    expect(findings).toMatchObject([{ severity: 'critical', confidence: 0.9 }]);
    const down = () => ({ verdict: 'weakness', reason: 'Yes.', confidence: 0.2, severity: 'info' });
    const lowered = await reviewTree(reviewer({ report, verdict: down }), { verify: 'model' });
    expect(lowered.findings).toMatchObject([{ severity: 'high', confidence: 0.2 }]);
  });

  test('stays as code has checked it where the second look fails, and the report counts it', async () => {
    tree.write('a.rb', ruby);
    const instead: ReviewerScript['instead'] = ({ tools }) =>
      tools.some(({ name }) => name === 'ReportVerdict') ? 'I have no opinion.' : undefined;
    const { findings, stages } = await reviewTree(reviewer({ report, instead }), { verify: 'model' });
    expect(findings).toMatchObject([{ verification: { status: 'confirmed', by: 'code' } }]);
    expect(stages.find(({ name }) => name === 'verify')?.note).toContain('Not at 1: the model gave no verdict.');
  });

  test('is rejected by code where it cites a comment, unless that holds a secret', async () => {
    tree.write('a.rb', '# eval(expression) of old\n# password = "hunter2-hunter2"\n');
    const reports = [
      { ...found, line: 1, evidence: '# eval(expression) of old' },
      { ...found, line: 2, evidence: '# password = "hunter2-hunter2"', kind: 'hardcoded-credentials' },
    ];
    const { findings, rejected } = await reviewTree(reviewer({ report: () => reports }));
    expect(findings).toMatchObject([{ kind: 'hardcoded-credentials' }]);
    expect(rejected).toMatchObject([{ verification: { status: 'rejected', by: 'code' } }]);
  });

  test('has its severity from the table, which the model may move by one step', async () => {
    tree.write('spec/a.rb', ruby);
    tree.write('src/a.rb', ruby);
    const { findings } = await reviewTree(reviewer({ report: () => [{ ...report()[0], severity: 'info' }] }));
    expect(findings.map(({ location, severity }) => [location.file, severity])).toEqual([
      ['spec/a.rb', 'low'],
      ['src/a.rb', 'medium'],
    ]);
  });
});

describe('a model that', () => {
  const invented: readonly { readonly [name: string]: Json }[] = [
    { ...found, evidence: 'os.system("rm -rf /")' },
    { ...found, line: 99 },
    { ...found, file_path: '../../etc/passwd', evidence: 'root:x:0:0' },
    { ...found, evidence: '' },
  ];

  test('invents evidence gets none of it into the report, loses nothing real, and the report says so', async () => {
    tree.write('a.py', `x = 1\n${weak}`);
    const { findings, notices } = await reviewTree(reviewer({ report: () => invented }));
    expect(findings).toMatchObject([{ origin: ['rules'], location: { startLine: 3 } }]);
    expect(notices).toMatchObject([
      { message: expect.stringContaining('4 reports of the language model were refused') },
    ]);
  });

  test('cites wrong lines is taken at its quote, where that stands close by, once', async () => {
    tree.write('a.rb', `${'x = 1\n'.repeat(30)}eval(expression)\n${'x = 2\n'.repeat(30)}`);
    const quote = { ...found, evidence: 'eval(expression)' };
    const near = await reviewTree(reviewer({ report: () => [{ ...quote, line: 25 }] }));
    expect(near.findings).toMatchObject([
      { location: { startLine: 31, endLine: 31 }, verification: { status: 'moved', by: 'code' } },
    ]);
    const far = await reviewTree(
      reviewer({
        report: () => [
          { ...quote, line: 5 },
          { ...quote, evidence: 'x = 1', line: 33 },
        ],
      }),
    );
    expect(far.findings).toEqual([]);
  });

  test('names kinds that nobody knows is taken by its CWE, or asked for one', async () => {
    tree.write('a.rb', 'eval(expression)\n');
    const one = { ...found, line: 1, evidence: 'eval(expression)', kind: 'Evil Twin' };
    const { findings } = await reviewTree(reviewer({ report: () => [{ ...one, cwe: 95 }, one] }));
    expect(findings).toMatchObject([{ kind: 'other', cwe: ['CWE-95'], ruleId: 'llm/other' }]);
  });

  test('sends broken JSON is told so, and can go on', async () => {
    tree.write('a.rb', 'eval(expression)\n');
    const model = reviewer({
      report: () => [{ ...found, line: 1, evidence: 'eval(expression)' }],
      instead: (_request, { turn }) =>
        turn === 0 ? [call('Read', { file_path: 'a.rb' }), callRaw('ReportFinding', '{"line": 1,')] : undefined,
    });
    const { findings, notices } = await reviewTree(model);
    expect(findings).toHaveLength(1);
    expect(notices).toMatchObject([{ message: expect.stringContaining('1 reports') }]);
  });

  test('reports ten thousand findings fills no report, and hides none of the rules', async () => {
    tree.write('a.py', `${weak}${'y = 1 # nothing\n'.repeat(400)}`);
    const reports = Array.from({ length: 10_000 }, (_, index) => ({
      ...found,
      kind: 'other',
      cwe: `CWE-${index + 1}`,
      line: 3 + (index % 400),
      evidence: 'y = 1 # nothing',
    }));
    const { findings, notices } = await reviewTree(reviewer({ report: () => reports }));
    expect(findings).toHaveLength(201);
    expect(findings.filter(({ origin }) => origin.includes('rules'))).toMatchObject([{ location: { startLine: 2 } }]);
    expect(notices.map(({ message }) => message).join('\n')).toContain('reported 200 findings or more at once');
  });

  test('says nothing at all has reviewed nothing', async () => {
    tree.write('a.py', weak);
    tree.write('b.rb', 'eval(x)\n');
    const { coverage, findings } = await reviewTree(reviewer({ instead: () => [] }));
    expect(findings).toHaveLength(1);
    expect(coverage.notByModel).toMatchObject([{ file: 'a.py' }]);
    expect(coverage.failed).toMatchObject([{ file: 'b.rb' }]);
  });
});

describe('large files', () => {
  test('are reviewed in parts of whole functions, and count once all of them are', async () => {
    const functions = Array.from({ length: 100 }, (_, index) => `def f${index}(x)\n${'  x += 1\n'.repeat(13)}end\n`);
    tree.write('a.rb', functions.join(''));
    const ranges: string[] = [];
    const model = reviewer({
      instead: ({ messages }) =>
        void ranges.push(/"lines":(\{.*?\})/.exec(JSON.stringify(messages[0]).replaceAll('\\', ''))?.[1] ?? ''),
    });
    const { coverage } = await reviewTree(model);
    expect(coverage).toMatchObject({ reviewed: ['a.rb'], isComplete: true });
    expect([...new Set(ranges)]).toEqual([
      '{"first":1,"last":600}',
      '{"first":601,"last":1200}',
      '{"first":1201,"last":1500}',
    ]);
  });

  test('have failed where one part was not reviewed', async () => {
    tree.write('a.rb', 'x = 1\n'.repeat(1_000));
    const model = reviewer({
      instead: ({ messages }) => (JSON.stringify(messages[0]).includes('first\\":601') ? 'Fine.' : undefined),
    });
    const { coverage } = await reviewTree(model);
    expect(coverage.failed).toEqual([{ file: 'a.rb', reason: 'the reviewer did not read it' }]);
  });
});

describe('sessions side by side', () => {
  test('are as many as may be, and the report is the same as of one after the other', async () => {
    for (let index = 0; index < 8; index++) tree.write(`${index}.py`, `${weak}${large}`);
    const report = () => [{ ...found, kind: 'other', cwe: 'CWE-1', line: 1, evidence: 'def run(expression):' }];
    let [open, most] = [0, 0];
    const counting = (): Model => {
      const model = reviewer({ report });
      return {
        provider: model.provider,
        id: model.id,
        info: model.info,
        async *stream(request) {
          most = Math.max(most, ++open);
          try {
            yield* model.stream(request);
          } finally {
            open--;
          }
        },
      };
    };
    const together = await reviewTree(counting());
    expect(most).toBe(4);
    most = 0;
    expect(await reviewTree(counting(), { concurrency: 1 })).toEqual(together);
    expect(most).toBe(1);
    expect(together.findings).toHaveLength(16);
  });

  test.each([1, 2, 4, 8])('never pass the ceiling together: %i at a time', async (concurrency) => {
    for (let index = 0; index < 8; index++) tree.write(`${index}.rb`, large);
    // Each answer costs as much as its request allows.
    const costly = reviewer({});
    const model: Model = {
      provider: 'anthropic',
      id: 'claude-sonnet-4-6',
      info: {},
      async *stream(request) {
        const input = Math.ceil(JSON.stringify([request.system, request.messages, request.tools]).length);
        for await (const event of costly.stream(request)) {
          yield event.type === 'end' ? { ...event, usage: { input, output: request.maxOutputTokens ?? 0 } } : event;
        }
      },
    };
    const { costUsd = Infinity, coverage } = await reviewTree(model, {
      concurrency,
      maxCostUsd: 1,
      prices: createPriceBook(),
    });
    expect(costUsd).toBeGreaterThan(0);
    expect(costUsd).toBeLessThanOrEqual(1);
    expect(coverage.isComplete).toBe(false);
    expect(coverage.failed.length + coverage.reviewed.length).toBe(8);
    expect(coverage.failed.at(-1)?.reason).toContain('the cost limit was reached');
  });

  test('end with what there is when their time is over', async () => {
    for (const path of ['a.py', 'b.py']) tree.write(path, `${weak}${large}`);
    let now = 0;
    const model = reviewer({
      instead: (_request, { turn }) => (turn === 1 ? [waitFor(() => void (now = 60_000)), 'Done.'] : undefined),
    });
    const { coverage, findings } = await reviewTree(model, { concurrency: 1, maxTimeMs: 60_000, now: () => now });
    expect(findings).toHaveLength(2);
    expect(coverage.notByModel).toEqual([{ file: 'b.py', reason: 'the time limit was reached before its turn' }]);
  });

  test('stop at a ceiling in tokens', async () => {
    for (const path of ['a.rb', 'b.rb']) tree.write(path, large);
    const model = reviewer({
      instead: (_request, { paths, turn }) =>
        turn === 1 && paths.includes('a.rb') ? ['Done.', reportUsage({ input: 130_000, output: 1 })] : undefined,
    });
    const { coverage, tokens } = await reviewTree(model, { concurrency: 1, maxTokens: 150_000 });
    expect(tokens).toBeLessThanOrEqual(150_000);
    expect(coverage).toMatchObject({
      reviewed: ['a.rb'],
      failed: [{ file: 'b.rb', reason: expect.stringContaining('token limit') }],
    });
  });
});

test('source from the standard input goes by its name, and is kept nowhere', async () => {
  const bytes = new TextEncoder().encode(weak);
  const { findings, coverage, target } = await review({ paths: [], stdin: { path: 'lib/app.py', bytes }, rules });
  expect(coverage.reviewed).toEqual(['lib/app.py']);
  expect(target.paths).toEqual(['lib/app.py']);
  expect(findings).toMatchObject([{ location: { file: 'lib/app.py', startLine: 2 } }]);
});

test('a script without an ending is reviewed by the rules of its language', async () => {
  tree.write('tool', `#!/usr/bin/env python3\n${weak}`);
  const { findings } = await review({ paths: ['.'], rules, cwd: tree.root });
  expect(findings).toMatchObject([{ location: { file: 'tool', startLine: 3 } }]);
});

test('progress tells the stage, the files and the dollars', async () => {
  tree.write('a.py', weak);
  const steps: ReviewProgress[] = [];
  await reviewTree(reviewer({ report: () => [found] }), { verify: 'model', onProgress: (step) => steps.push(step) });
  expect(steps).toMatchObject([
    { stage: 'rules', done: 1, total: 1, files: ['a.py'], findings: 1, costUsd: 0 },
    { stage: 'model', done: 1, total: 1, files: ['a.py'], findings: 2 },
    { stage: 'verify', done: 1, total: 1, files: ['a.py'] },
  ]);
});

test('a language model may not read files that hold secrets; the rules look into them', async () => {
  const key = 'q8Zr2mXw7Lk4Vt9Np3Hd';
  tree.write('a.rb', 'x = 1\n');
  tree.write('.env', `API_KEY=${key}\n`);
  const model = reviewer({
    instead: (_request, { turn }) =>
      turn === 0
        ? [
            call('Read', { file_path: 'a.rb' }),
            call('Read', { file_path: '.env' }),
            call('Grep', { pattern: 'API_KEY' }),
          ]
        : undefined,
  });
  const { coverage, findings } = await reviewTree(model);
  expect(JSON.stringify(model.requests.map(({ messages }) => messages))).not.toContain(key);
  expect(coverage).toMatchObject({ reviewed: ['.env', 'a.rb'], isComplete: true });
  expect(findings).toMatchObject([{ location: { file: '.env' }, origin: ['rules'] }]);
});

describe('a preview', () => {
  test('names files, units, tokens and dollars, and asks no model', async () => {
    tree.write('a.rb', large);
    tree.write('b.rb', 'x = 1\n');
    tree.write('c.rb', 'x = 1\n'.repeat(1_000));
    tree.write('d.png', 'x');
    const model = reviewer({});
    const preview = await previewReview({ paths: ['.'], rules, model, cwd: tree.root, prices: createPriceBook() });
    expect(model.calls).toBe(0);
    expect(preview.files).toEqual(['a.rb', 'b.rb', 'c.rb']);
    expect(preview.skipped).toEqual([{ file: 'd.png', reason: 'no source file by its name' }]);
    // a.rb by itself, b.rb, and c.rb in two parts.
    expect(preview.estimate).toMatchObject({ units: 4, outputTokens: 4_000 });
    const { inputTokens = 0, costUsd } = preview.estimate ?? {};
    expect(costUsd).toBeCloseTo((inputTokens * 3 + 4_000 * 15) / 1e6, 10);
    const { tokens } = await reviewTree(model);
    expect(inputTokens).toBeGreaterThan(tokens / 2);
    expect(inputTokens).toBeLessThan(tokens * 3);
  });

  test('knows no price where there is none, and estimates nothing of the rules', async () => {
    tree.write('a.py', weak);
    const unknown = await previewReview({ paths: ['.'], rules, model: reviewer({}), cwd: tree.root });
    expect(unknown.estimate?.costUsd).toBeUndefined();
    expect(await previewReview({ paths: ['.'], rules, cwd: tree.root })).toEqual({
      reviewer: { provider: 'rules', model: 'builtin', isLanguageModel: false },
      target: { paths: ['.'] },
      files: ['a.py'],
      skipped: [],
      failed: [],
    });
  });
});
