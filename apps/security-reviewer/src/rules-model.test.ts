import type { Json, ModelEvent, ModelRequest, TranscriptMessage } from '@harness-sdk/core';
import { describe, expect, test } from 'vitest';
import { writeAssignment, type Assignment } from './assignment.ts';
import { createRulesModel } from './rules-model.ts';
import { createRulesEngine } from './rules/engine.ts';

const model = createRulesModel(await createRulesEngine());
const toolNames = ['Read', 'Glob', 'ReportFinding'];

/** A call and its answer, as they stand in a conversation. */
interface Exchange {
  readonly name: string;
  readonly args: { readonly [name: string]: Json };
  readonly output: string;
  readonly isError?: boolean;
}

function requestOf(assignment: Assignment, turns: readonly (readonly Exchange[])[] = []): ModelRequest {
  const prompt = `Review this.\n\n${writeAssignment(assignment)}`;
  return {
    messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }, ...turns.flatMap(toMessages)],
    tools: toolNames.map((name) => ({ name, description: name, inputSchema: { type: 'object' } })),
    signal: new AbortController().signal,
  };
}

function toMessages(exchanges: readonly Exchange[], turn: number): TranscriptMessage[] {
  const idOf = (index: number) => `call_${turn}_${index}`;
  return [
    {
      role: 'assistant',
      content: exchanges.map(({ name, args }, index) => ({ type: 'tool_call', id: idOf(index), name, args })),
    },
    {
      role: 'tool',
      content: exchanges.map(({ name, output, isError = false }, index) => ({
        type: 'tool_result',
        toolCallId: idOf(index),
        name,
        content: output,
        isError,
      })),
    },
  ];
}

async function answer(request: ModelRequest): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of model.stream(request)) events.push(event);
  return events;
}

async function callsFor(request: ModelRequest): Promise<{ name: string; args: Json | undefined }[]> {
  const blocks = (await answer(request)).flatMap((event) => (event.type === 'block' ? [event.block] : []));
  return blocks.flatMap((block) => (block.type === 'tool_call' ? [{ name: block.name, args: block.args }] : []));
}

async function textFor(request: ModelRequest): Promise<string> {
  const blocks = (await answer(request)).flatMap((event) => (event.type === 'block' ? [event.block] : []));
  return blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

function read(path: string, output: string, args: { readonly [name: string]: Json } = {}): Exchange {
  return { name: 'Read', args: { file_path: path, ...args }, output };
}

const weak = read('a.py', '1\tdef f(x):\n2\t    return eval(x)\n[end of file: 2 lines]');

test('says what it is: no language model, and free', () => {
  expect(model).toMatchObject({
    provider: 'rules',
    id: 'builtin',
    info: { local: true, isLanguageModel: false },
  });
});

describe('the calls it asks for', () => {
  test('are the files of the assignment', async () => {
    expect(await callsFor(requestOf({ files: ['a.py', 'b.py'] }))).toEqual([
      { name: 'Read', args: { file_path: 'a.py' } },
      { name: 'Read', args: { file_path: 'b.py' } },
    ]);
  });

  test('begin with the directory, where the files come from one', async () => {
    const assignment = { directory: 'src', files: ['src/a.py'] };
    const listing = { name: 'Glob', args: { pattern: './*', path: 'src' }, output: 'src/a.py\nsrc/b.py' };
    expect(await callsFor(requestOf(assignment))).toEqual([{ name: 'Glob', args: listing.args }]);
    expect(await callsFor(requestOf(assignment, [[listing]]))).toEqual([
      { name: 'Read', args: { file_path: 'src/a.py' } },
    ]);
  });

  test('are all files of the directory that it knows, where the assignment names none', async () => {
    const listing = {
      name: 'Glob',
      args: { pattern: '**/*', path: '.' },
      output: 'a.py\nreadme.md\n"new\\nline.py"\n[incomplete: some files could not be read]',
    };
    expect(await callsFor(requestOf({ directory: '.', files: [] }))).toEqual([{ name: 'Glob', args: listing.args }]);
    expect(await callsFor(requestOf({ directory: '.', files: [] }, [[listing]]))).toEqual([
      { name: 'Read', args: { file_path: 'a.py' } },
      { name: 'Read', args: { file_path: 'new\nline.py' } },
    ]);
  });

  test('do without a directory where Glob is not offered', async () => {
    const request = requestOf({ directory: 'src', files: ['src/a.py'] });
    const tools = request.tools.filter(({ name }) => name !== 'Glob');
    expect(await callsFor({ ...request, tools })).toEqual([{ name: 'Read', args: { file_path: 'src/a.py' } }]);
  });

  test('go on to the next page, as long as there is one', async () => {
    const first = read('a.py', '1\tdef f(x):\n[lines 1 to 1 of 3; go on with offset 2]');
    const second = read('a.py', '2\t    y = x\n[lines 2 to 2 of 3; go on with offset 3]', { offset: 2 });
    const third = read('a.py', '3\t    return eval(y)\n[end of file: 3 lines]', { offset: 3 });
    const assignment = { files: ['a.py'] };
    expect(await callsFor(requestOf(assignment, [[first]]))).toEqual([{ name: 'Read', args: second.args }]);
    expect(await callsFor(requestOf(assignment, [[first], [second]]))).toEqual([{ name: 'Read', args: third.args }]);
    const reports = await callsFor(requestOf(assignment, [[first], [second], [third]]));
    expect(reports).toMatchObject([{ name: 'ReportFinding', args: { file_path: 'a.py', line: 3 } }]);
  });

  test('are all reports in one turn, however many', async () => {
    const lines = Array.from({ length: 4_001 }, (_, index) => `${index + 1}\teval(input())`);
    const whole = read('a.py', [...lines, '[end of file: 4001 lines]'].join('\n'));
    const calls = await callsFor(requestOf({ files: ['a.py'] }, [[whole]]));
    // The rules give objects.
    expect(calls.map(({ args }) => (args as Exchange['args'])['line'])).toEqual(lines.map((_, index) => index + 1));
    const reported = calls.map(({ name, args }) => ({ name, args: args as Exchange['args'], output: 'Reported.' }));
    expect(await callsFor(requestOf({ files: ['a.py'] }, [[whole], reported]))).toEqual([]);
  });

  test('are one report a hit, with the line as it stands in the file', async () => {
    const [report] = await callsFor(requestOf({ files: ['a.py'] }, [[weak]]));
    expect(report).toMatchObject({
      name: 'ReportFinding',
      args: { file_path: 'a.py', line: 2, evidence: '    return eval(x)', rule_id: 'py/code-injection' },
    });
  });

  test('report what was read, where another file could not be', async () => {
    const gone = { ...read('b.py', '"b.py" does not exist.'), isError: true };
    const calls = await callsFor(requestOf({ files: ['a.py', 'b.py'] }, [[weak, gone]]));
    expect(calls.map(({ name }) => name)).toEqual(['ReportFinding']);
  });

  test('report nothing of a file whose pages do not fit together', async () => {
    const first = read('a.py', '1\teval(input())\n[lines 1 to 1 of 3; go on with offset 2]');
    const other = read('a.py', '3\tpass\n[end of file: 3 lines]', { offset: 2 });
    expect(await callsFor(requestOf({ files: ['a.py'] }, [[first], [other]]))).toEqual([]);
  });

  test('have ids that no other call of the conversation has', async () => {
    const idsOf = async (request: ModelRequest) =>
      (await answer(request)).flatMap((event) =>
        event.type === 'block' && event.block.type === 'tool_call' ? [event.block.id] : [],
      );
    const first = await idsOf(requestOf({ files: ['a.py', 'b.py'] }));
    const second = await idsOf(requestOf({ files: ['a.py'] }, [[weak]]));
    expect(new Set([...first, ...second]).size).toBe(first.length + second.length);
  });
});

describe('the end', () => {
  const report = { name: 'ReportFinding', args: { file_path: 'a.py', line: 2 }, output: 'Reported.' };

  test('says plainly that these are rules', async () => {
    expect(await textFor(requestOf({ files: ['a.py'] }, [[weak], [report]]))).toBe(
      'This review was made by built-in rules, not by a language model. Findings reported: 1.',
    );
  });

  test('counts what was refused', async () => {
    const refused = { ...report, isError: true, output: 'Not reported.' };
    expect(await textFor(requestOf({ files: ['a.py'] }, [[weak], [report, refused]]))).toContain(
      'Refused, because the file no longer holds the evidence: 1.',
    );
  });

  test('comes at once where no more calls are wanted', async () => {
    expect(await textFor({ ...requestOf({ files: ['a.py'] }), toolChoice: 'none' })).toContain('built-in rules');
  });

  test('has used no tokens', async () => {
    const end = (await answer(requestOf({ files: ['a.py'] }))).at(-1);
    expect(end).toEqual({ type: 'end', stop: 'tool_calls', usage: { input: 0, output: 0 } });
  });
});

describe('fails', () => {
  test('where the prompt has no assignment', async () => {
    const request = requestOf({ files: [] });
    const messages: TranscriptMessage[] = [{ role: 'user', content: [{ type: 'text', text: 'Review everything.' }] }];
    await expect(answer({ ...request, messages })).rejects.toMatchObject({ kind: 'invalid_request' });
  });

  test('where it is aborted, before and while it looks', async () => {
    const request = requestOf({ files: ['a.py'] }, [[weak]]);
    await expect(answer({ ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted' });
    const controller = new AbortController();
    const pending = answer({ ...request, signal: controller.signal });
    controller.abort();
    await expect(pending).rejects.toMatchObject({ kind: 'aborted' });
  });
});

test('gives the same answer every time', async () => {
  const request = requestOf({ files: ['a.py'] }, [[weak]]);
  expect(await answer(request)).toEqual(await answer(request));
});
