import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, ToolContext, ToolOutput } from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import { runChecks, toolChecks } from '@harness-sdk/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createReportFinding } from './report-finding.ts';
import { ReportedFindings } from './reported-findings.ts';
import { UnitSource } from './unit-source.ts';

let root: string;
let findings: ReportedFindings;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'report-finding-')));
  findings = new ReportedFindings();
  writeFileSync(join(root, 'a.py'), 'import os\n\ndef run(cmd):\n    os.system(cmd)\n');
  writeFileSync(join(root, 'other.py'), 'os.system(cmd)\n');
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function tool(origin: 'rules' | 'llm' = 'llm') {
  const file = { name: 'src/a.py', root, path: 'a.py', sizeBytes: 1, isNamed: true };
  return createReportFinding({ source: new UnitSource(createWorkspace({ root }), [file]), findings, origin });
}

const finding = {
  file_path: 'a.py',
  line: 4,
  severity: 'high',
  kind: 'command-injection',
  evidence: 'os.system(cmd)',
  explanation: 'The command comes from outside.',
  recommendation: 'Pass a list.',
};

const context: ToolContext = {
  signal: new AbortController().signal,
  cwd: '/',
  sessionId: 'session',
  toolUseId: 'call_1',
  idempotencyKey: 'key',
  permits: async () => true,
  invoke: async () => ({ content: 'No.', isError: true, outcome: 'error' }),
};

async function report(changes: { readonly [name: string]: Json }, origin?: 'rules' | 'llm') {
  const subject = tool(origin);
  const validation = await subject.validate({ ...finding, ...changes });
  if (!validation.ok) throw new Error(JSON.stringify(validation.issues));
  const output = await (subject.execute(validation.args, context) as Promise<string | ToolOutput>);
  return typeof output === 'string' ? { content: output, isError: false } : output;
}

test('holds what every tool must hold', async () => {
  const outcomes = await runChecks(toolChecks, () => ({
    tool: tool(),
    validArgs: [finding, { ...finding, line: '3-4', evidence: 'def run(cmd):', severity: 'HIGH', cwe: 78 }],
    invalidArgs: [{}, { ...finding, line: 0 }, { ...finding, severity: 'awful' }, { ...finding, evidence: '' }],
  }));
  expect(outcomes.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
});

test('touches nothing, so that plan mode lets it pass', async () => {
  expect(tool().accessKinds).toEqual([]);
  expect(await tool().access({}, { cwd: '/' })).toEqual([]);
});

describe('a finding whose evidence is there', () => {
  test('is taken, under the name that the report has for the file', async () => {
    expect(await report({})).toEqual({ content: 'Reported: command-injection in a.py, line 4.', isError: false });
    expect(findings.all).toEqual([
      {
        ruleId: 'llm/command-injection',
        kind: 'command-injection',
        title: 'command injection',
        severity: 'high',
        confidence: 0.6,
        cwe: ['CWE-78'],
        owasp: ['A03:2021'],
        related: [],
        location: { file: 'src/a.py', startLine: 4, endLine: 4 },
        scope: 'run',
        evidence: '    os.system(cmd)',
        explanation: 'The command comes from outside.',
        recommendation: 'Pass a list.',
        origin: ['llm'],
        verification: { status: 'confirmed', by: 'code' },
      },
    ]);
  });

  test.each(['./a.py', 'x/../a.py', 'ABSOLUTE'])('is taken where its file is written %s', async (path) => {
    const written = path === 'ABSOLUTE' ? join(root, 'a.py') : path;
    expect(await report({ file_path: written })).toMatchObject({ isError: false });
  });

  test('is one finding, however often it comes; the worst and the surest count', async () => {
    await report({ severity: 'low', confidence: 0.9 });
    const { content } = await report({ severity: 'critical', confidence: 0.2, cwe: 'CWE-77', title: 'Other words' });
    expect(content).toContain('Already reported');
    expect(findings.all).toMatchObject([{ severity: 'critical', confidence: 0.9, cwe: ['CWE-78', 'CWE-77'] }]);
  });

  test('is another one for another kind on the same line', async () => {
    await report({});
    await report({ kind: 'other', cwe: 'CWE-1' });
    await report({ kind: 'other', cwe: 'CWE-2' });
    expect(findings.all).toHaveLength(3);
  });

  test('has the id of a rule only where rules report', async () => {
    await report({ rule_id: 'py/command-injection' }, 'rules');
    expect(findings.all).toMatchObject([{ ruleId: 'py/command-injection', origin: ['rules'] }]);
    findings = new ReportedFindings();
    await report({ rule_id: 'py/command-injection' }, 'llm');
    expect(findings.all).toMatchObject([{ ruleId: 'llm/command-injection', origin: ['llm'] }]);
  });

  test('has notes on its steps only where rules report: a language model may copy the file there', async () => {
    const steps = [{ line: 3, role: 'source', note: 'data from a request' }];
    const place = { file: 'src/a.py', startLine: 3, endLine: 3, role: 'source' };
    await report({ steps }, 'rules');
    expect(findings.all.map(({ related }) => related)).toEqual([[{ ...place, note: 'data from a request' }]]);
    findings = new ReportedFindings();
    await report({ steps }, 'llm');
    expect(findings.all.map(({ related }) => related)).toEqual([[place]]);
  });

  test('brings no more text than a report can hold', async () => {
    await report({ explanation: 'x'.repeat(100_000), title: 'y'.repeat(1_000) });
    const [taken] = findings.all;
    expect(taken?.explanation).toHaveLength(2_000);
    expect(taken?.title).toHaveLength(120);
  });
});

describe('a finding is refused', () => {
  test('where its evidence is invented, with what is really there', async () => {
    const { content, isError } = await report({ evidence: 'eval(request.args["q"])' });
    expect(isError).toBe(true);
    expect(content).toContain('Line 4 is: os.system(cmd)');
    expect(content).toContain('nowhere in the file');
  });

  test('where its line is wrong, with the right one', async () => {
    const { content, isError } = await report({ line: 1 });
    expect(isError).toBe(true);
    expect(content).toContain('Line 1 is: import os');
    expect(content).toContain('on line 4');
  });

  test.each(['other.py', '../a.py', '/etc/passwd', 'nowhere.py', 'a.py\u0000'])(
    'where it cites %j, which is not assigned',
    async (path) => {
      const { content, isError } = await report({ file_path: path });
      expect(isError).toBe(true);
      expect(content).toContain('is not a file of the assignment. Its files are: "a.py".');
    },
  );

  test('and leaves nothing behind', async () => {
    await report({ line: 1 });
    await report({ file_path: 'other.py', line: 1 });
    expect(findings.all).toEqual([]);
  });
});
