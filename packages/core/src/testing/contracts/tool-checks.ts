import assert from 'node:assert/strict';
import type { Json, JsonObject } from '../../json.ts';
import type { Access, Tool, ToolContext, ToolOutput } from '../../tool.ts';
import type { ContentBlock, ToolContent } from '../../transcript.ts';
import { promptly } from './contract-check.ts';
import type { ContractCheck, ContractSubject } from './contract-check.ts';
import { assertJson, assertSameJson, deepFreeze, shown } from './json-value.ts';

/** A tool to check, with calls to check it on. */
export interface ToolSubject extends ContractSubject {
  readonly tool: Tool;
  /** Arguments as a model sends them, of calls that succeed. At least one; each may run several times. */
  readonly validArgs: readonly Json[];
  /** Arguments that the tool must refuse, besides what is no object at all. At least one, unless it takes anything. */
  readonly invalidArgs: readonly Json[];
  /** Arguments of a call that goes on until it is aborted. Absent for a tool that is always done at once. */
  readonly endlessArgs?: Json;
  /** Directory that relative paths start from. Default: the process's. */
  readonly cwd?: string;
  /** Over the contract's own context, in which everything is permitted and `invoke` answers with an error. */
  readonly context?: Partial<ToolContext>;
}

/** What every tool must hold. Each check wants a fresh subject. */
export const toolChecks: readonly ContractCheck<ToolSubject>[] = [
  {
    name: 'has a name that every provider takes, and a description',
    async run({ tool }) {
      assert.match(tool.name, /^[A-Za-z0-9_-]{1,64}$/, 'Expected a name of 1 to 64 letters, digits, "_" or "-".');
      assert.ok(typeof tool.description === 'string' && tool.description.trim() !== '', 'Expected a description.');
    },
  },
  {
    name: 'describes its arguments in the JSON Schema of an object',
    async run({ tool }) {
      const { type, properties = {}, required = [] } = tool.inputSchema;
      assertJson(tool.inputSchema, 'inputSchema');
      assert.equal(type, 'object', 'Expected a schema of the type object: all providers need it.');
      assert.ok(typeof properties === 'object' && !Array.isArray(properties), 'Expected properties to be an object.');
      assert.ok(Array.isArray(required), 'Expected required to be a list of names.');
      for (const name of required) {
        assert.ok(
          Object.hasOwn(properties ?? {}, String(name)),
          `Expected the required "${name}" among the properties.`,
        );
      }
    },
  },
  {
    name: 'declares kinds of access and an effect that exist',
    async run({ tool }) {
      for (const kind of tool.accessKinds) assert.ok(kind in accessFields, `Expected a kind of access, got "${kind}".`);
      assert.equal(new Set(tool.accessKinds).size, tool.accessKinds.length, 'Expected each kind of access once.');
      assert.ok(['none', 'idempotent', 'once'].includes(tool.effect), `Expected an effect, got "${tool.effect}".`);
    },
  },
  {
    name: 'accepts the valid arguments',
    async run(subject) {
      assert.ok(subject.validArgs.length > 0, 'Expected at least one sample of valid arguments.');
      for (const args of subject.validArgs) await validated(subject, args);
    },
  },
  {
    name: 'refuses arguments that are wrong, saying where and what was expected',
    async run({ tool, invalidArgs }) {
      for (const args of [...notObjects, ...invalidArgs]) {
        const validation = await tool.validate(args);
        assert.ok(!validation.ok, `Expected ${shown(args)} to be refused.`);
        assertIssues(validation.issues, args);
      }
    },
  },
  {
    name: 'validating never throws, whatever it is given',
    async run({ tool, validArgs }) {
      for (const args of [...junk, ...notObjects, ...validArgs.flatMap(damaged)]) {
        const [outcome] = await Promise.allSettled([Promise.resolve().then(() => tool.validate(args))]);
        assert.ok(outcome.status === 'fulfilled', `Expected an answer for ${shown(args)}, but validate threw.`);
        const { value } = outcome;
        if (!value.ok) assertIssues(value.issues, args);
      }
    },
  },
  {
    name: 'touches nothing outside its declared kinds of access',
    async run(subject) {
      for (const args of subject.validArgs) {
        const accesses = await subject.tool.access(await validated(subject, args), { cwd: cwdOf(subject) });
        assert.ok(Array.isArray(accesses), `Expected a list of accesses, got ${shown(accesses)}.`);
        for (const access of accesses as readonly Access[]) assertAccess(access, subject.tool);
      }
    },
  },
  {
    name: 'gives content and progress that are plain JSON of the right shape',
    async run(subject) {
      for (const args of subject.validArgs) {
        const { output, progress } = await promptly(
          execute(subject, await validated(subject, args), new AbortController().signal),
          `a call with ${shown(args)}`,
          subject,
        );
        assertOutput(output);
        for (const step of progress) assertJson(step, 'progress');
        const isError = isOutput(output) && output.isError === true;
        assert.ok(!isError, `Expected the call with ${shown(args)} to succeed, got ${shown(output)}.`);
      }
    },
  },
  {
    name: 'leaves its arguments as they are',
    async run(subject) {
      for (const args of subject.validArgs) {
        const frozen = deepFreeze(structuredClone(args));
        const validation = await subject.tool.validate(frozen);
        assert.ok(validation.ok, `Expected ${shown(args)} to be accepted.`);
        const before = structuredClone(validation.args);
        await subject.tool.access(deepFreeze(validation.args), { cwd: cwdOf(subject) });
        await promptly(execute(subject, validation.args, new AbortController().signal), 'a call', subject);
        assert.deepEqual(validation.args, before, 'Expected the arguments as they were.');
        assertSameJson(frozen, args, 'Expected the arguments as they were.');
      }
    },
  },
  {
    name: 'settles promptly where the signal has fired before the call',
    async run(subject) {
      const samples = subject.endlessArgs === undefined ? subject.validArgs : [subject.endlessArgs];
      for (const args of samples) {
        const settled = settle(execute(subject, await validated(subject, args), AbortSignal.abort()));
        await promptly(settled, `a call with ${shown(args)} after an abort`, subject);
      }
    },
  },
  {
    name: 'settles promptly when the signal fires during the call',
    skipReason: (subject) => (subject.endlessArgs === undefined ? 'this tool has no call that goes on' : undefined),
    async run(subject) {
      const args = await validated(subject, subject.endlessArgs ?? null);
      const controller = new AbortController();
      let hasSettled = false;
      const settled = settle(execute(subject, args, controller.signal)).finally(() => {
        hasSettled = true;
      });
      for (let round = 0; round < 20; round++) await new Promise(setImmediate);
      assert.ok(!hasSettled, 'Expected the call with endlessArgs to go on until it is aborted.');
      controller.abort();
      await promptly(settled, 'a call that was aborted', subject);
    },
  },
];

/** Fields that say more about an access, by its kind. */
const accessFields: { readonly [Kind in Access['kind']]: readonly string[] } = {
  read: ['path'],
  write: ['path'],
  execute: ['command', 'argv', 'cwd'],
  network: ['url'],
  spawn: ['agent'],
};

const notObjects: readonly unknown[] = [undefined, null, true, 0, 'text', [], [{}]];

const junk: readonly unknown[] = [
  {},
  Number.NaN,
  '',
  { '': null },
  JSON.parse('{"__proto__": {"file_path": 1}, "constructor": null}'),
  Object.create(null),
  Array.from({ length: 100 }).reduce<unknown>((inner) => ({ inner }), 1),
  new Date(0),
];

/** Arguments with one of their values replaced by something of another type, for each value; and one without it. */
function damaged(args: Json): readonly unknown[] {
  if (!isObject(args)) return [];
  const wrong = [null, -1, 1.5, '', 'text\u0000', [], {}, [null], false];
  return Object.keys(args).flatMap((key) => [
    ...wrong.map((value) => ({ ...args, [key]: value })),
    Object.fromEntries(Object.entries(args).filter(([name]) => name !== key)),
  ]);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function validated({ tool }: ToolSubject, args: Json): Promise<unknown> {
  // A copy: each check starts from what the author gave.
  const validation = await tool.validate(structuredClone(args));
  const issues = validation.ok ? [] : validation.issues.map(({ path, message }) => `${path}: ${message}`);
  assert.ok(validation.ok, `Expected ${shown(args)} to be accepted, got ${issues.join('; ')}.`);
  return validation.args;
}

function assertIssues(issues: readonly unknown[], args: unknown): void {
  assert.ok(Array.isArray(issues) && issues.length > 0, `Expected to be told what is wrong with ${shown(args)}.`);
  for (const issue of issues as readonly { path?: unknown; message?: unknown }[]) {
    assert.equal(typeof issue.path, 'string', `Expected an issue of ${shown(args)} to have a path.`);
    const hasMessage = typeof issue.message === 'string' && issue.message !== '';
    assert.ok(hasMessage, `Expected an issue of ${shown(args)} to have a message.`);
  }
}

function assertAccess(access: Access, tool: Tool): void {
  const kinds = tool.accessKinds.join(', ') || 'none';
  assert.ok(tool.accessKinds.includes(access.kind), `Expected a declared kind (${kinds}), got "${access.kind}".`);
  const { kind: _kind, ...particulars } = access;
  for (const [name, value] of Object.entries(particulars)) {
    assert.ok(
      accessFields[access.kind].includes(name),
      `Expected no "${name}" in an access of the kind ${access.kind}.`,
    );
    const isList = name === 'argv' && Array.isArray(value) && value.every((word) => typeof word === 'string');
    const isRight = value === undefined || (name === 'argv' ? isList : typeof value === 'string');
    assert.ok(isRight, `Expected "${name}" of an access to be text, got ${shown(value)}.`);
  }
}

interface Execution {
  readonly output: ToolContent | ToolOutput;
  readonly progress: readonly unknown[];
}

/** One call to its end; a generator is read through. */
async function execute(subject: ToolSubject, args: unknown, signal: AbortSignal): Promise<Execution> {
  const returned = subject.tool.execute(args, contextOf(subject, signal));
  if (!isGenerator(returned)) return { output: await returned, progress: [] };
  const progress: unknown[] = [];
  for (let step = await returned.next(); ; step = await returned.next()) {
    if (step.done === true) return { output: step.value, progress };
    progress.push(step.value);
  }
}

function contextOf(subject: ToolSubject, signal: AbortSignal): ToolContext {
  return {
    cwd: cwdOf(subject),
    sessionId: 'contract',
    toolUseId: 'call_1',
    idempotencyKey: 'contract/call_1',
    permits: async () => true,
    invoke: async (name) => ({ content: `There is no tool "${name}" here.`, isError: true, outcome: 'error' }),
    ...subject.context,
    signal,
  };
}

function cwdOf({ cwd }: ToolSubject): string {
  return cwd ?? process.cwd();
}

function isGenerator(value: unknown): value is AsyncGenerator<Json, ToolContent | ToolOutput, void> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function isOutput(output: ToolContent | ToolOutput): output is ToolOutput {
  return typeof output === 'object' && output !== null && !Array.isArray(output);
}

function assertOutput(output: ToolContent | ToolOutput): void {
  assertJson(output, 'output');
  if (!isOutput(output)) return assertContent(output);
  assertContent(output.content);
  const { content: _content, display: _display, isError, ...rest } = output;
  assert.ok(
    ['undefined', 'boolean'].includes(typeof isError),
    `Expected isError to be true or false, got ${shown(isError)}.`,
  );
  assert.deepEqual(Object.keys(rest), [], 'Expected nothing in an output but content, display and isError.');
}

function assertContent(content: ToolContent): void {
  if (typeof content === 'string') return;
  assert.ok(Array.isArray(content), `Expected content to be text or a list of blocks, got ${shown(content)}.`);
  for (const block of content as readonly ContentBlock[]) {
    const isText = block.type === 'text' && typeof block.text === 'string';
    const isImage = block.type === 'image' && /^[\w.+-]+\/[\w.+-]+$/.test(block.mediaType) && isBase64(block.data);
    assert.ok(isText || isImage, `Expected a text block or an image block with base64 data, got ${shown(block)}.`);
  }
}

function isBase64(data: unknown): boolean {
  return typeof data === 'string' && data.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(data);
}

/** Waits without caring how it ends: after an abort, a result and a throw are both right. */
async function settle(promise: Promise<unknown>): Promise<void> {
  await Promise.allSettled([promise]);
}
