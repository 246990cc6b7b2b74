import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import { OptionError } from '../errors.ts';
import type { ModelInfo } from '../model.ts';
import type { PriceBook } from '../price.ts';
import { memoryStore } from '../session/memory-store.ts';
import { scriptedModel } from '../testing/index.ts';
import { createAgent } from './create-agent.ts';
import type { RunOptions } from './options.ts';
import { resume, run } from './run.ts';

const model = scriptedModel(['Hi.']);
const prices: PriceBook = { price: (_usage, { id }) => (id === 'priced' ? { usd: 1, basis: 'catalog' } : undefined) };
const tool = defineTool({
  name: 'look',
  description: 'Looks.',
  input: z.object({}),
  accessKinds: [],
  execute: () => '',
});

/** What is thrown, synchronously, by a call that must not get further. */
function thrownBy(call: () => unknown): OptionError {
  try {
    call();
  } catch (error) {
    if (OptionError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('Expected the options to be refused.');
}

/** Options of the wrong type, as plain JavaScript may pass them. */
function refused(options: object): OptionError {
  return thrownBy(() => run('Go.', options as RunOptions));
}

describe('an option that is unknown', () => {
  test.each<[object, string, string]>([
    [{ model, tool: [] }, 'tool', 'run has no option `tool`. Did you mean `tools`?'],
    [{ model, maxTurns: 3 }, 'maxTurns', 'run has no option `maxTurns`.'],
    [{ model, onAproval: () => true }, 'onAproval', 'Did you mean `onApproval`?'],
    [{ model, budget: { maxCosts: 1 } }, 'budget.maxCosts', 'Did you mean `budget.maxCost`?'],
    [{ model, retry: { attempts: 1 } }, 'retry.attempts', 'Known: maxAttempts, baseDelayMs, maxDelayMs.'],
    [{ model, compaction: { keepToken: 1 } }, 'compaction.keepToken', 'Did you mean `compaction.keepTokens`?'],
    [{ model, hooks: { beforeTools: () => undefined } }, 'hooks.beforeTools', 'Did you mean `hooks.beforeTool`?'],
  ])('is refused with the nearest right one: %o', (options, option, message) => {
    const error = refused(options);
    expect(error.option).toBe(option);
    expect(error.message).toContain(message);
  });

  test('is refused also where its name is one that every object has', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const own = Object.defineProperty({ model }, name, { value: 1, enumerable: true });
      expect(thrownBy(() => run('Go.', own)).option).toBe(name);
    }
  });
});

describe('an option of the wrong type', () => {
  const info = {} as ModelInfo;
  const stream = model.stream.bind(model);
  test.each<[string, object]>([
    ['', {}],
    ['model', { model: undefined }],
    ['model', { model: 'claude' }],
    ['model', { model: {} }],
    ['model', { model: { stream } }],
    ['model', { model: { stream, id: 'x', info } }],
    ['model', { model: { stream, provider: 'x', id: 7, info } }],
    ['model', { model: { stream, provider: 'x', id: 'x' } }],
    ['system', { model, system: 7 }],
    ['tools', { model, tools: tool }],
    ['tools[0]', { model, tools: [undefined] }],
    ['tools[1]', { model, tools: [tool, {}] }],
    ['tools[0]', { model, tools: [{ ...tool, name: 7 }] }],
    ['tools[0]', { model, tools: [{ ...tool, name: '' }] }],
    ['tools[0]', { model, tools: [{ ...tool, accessKinds: undefined }] }],
    ['tools[0]', { model, tools: [{ ...tool, access: undefined }] }],
    ['tools[0]', { model, tools: [{ ...tool, inputSchema: undefined }] }],
    ['tools[0]', { model, tools: [{ ...tool, effect: 'twice' }] }],
    ['tools', { model, tools: [tool, tool] }],
    ['permissions', { model, permissions: 'plan' }],
    ['permissions', { model, permissions: { decides: () => true } }],
    ['onApproval', { model, onApproval: true }],
    ['hooks', { model, hooks: [] }],
    ['hooks.beforeTool', { model, hooks: { beforeTool: 'deny' } }],
    ['prices', { model, prices: { usd: 1 } }],
    ['session', { model, session: {} }],
    ['session', { model, session: { append: () => undefined } }],
    ['sessionId', { model, sessionId: 7 }],
    ['sessionId', { model, sessionId: '' }],
    ['cwd', { model, cwd: 7 }],
    ['signal', { model, signal: {} }],
    ['signal', { model, signal: new AbortController() }],
    ['compaction', { model, compaction: true }],
    ['compaction', { model, compaction: null }],
    ['compaction.reserveTokens', { model, compaction: { reserveTokens: 0 } }],
    ['compaction.keepTokens', { model, compaction: { keepTokens: 0.5 } }],
    ['compaction.triggerTokens', { model, compaction: { triggerTokens: '1000' } }],
    ['compaction.model', { model, compaction: { model: 'claude' } }],
    ['compaction.model', { model, compaction: { model: {} } }],
    ['retry.maxAttempts', { model, retry: { maxAttempts: 0 } }],
    ['retry.maxAttempts', { model, retry: { maxAttempts: 1.5 } }],
    ['retry.baseDelayMs', { model, retry: { baseDelayMs: -1 } }],
    ['idleTimeoutMs', { model, idleTimeoutMs: '30s' }],
    ['idleTimeoutMs', { model, idleTimeoutMs: 0 }],
    ['maxOutputTokens', { model, maxOutputTokens: 0 }],
    ['effort', { model, effort: 'hard' }],
    ['cache', { model, cache: 1 }],
    ['providerOptions', { model, providerOptions: 'x' }],
    ['durable', { model, durable: {} }],
    ['history', { model, history: 'x' }],
    ['history[0]', { model, history: [null] }],
    [
      'history[1]',
      {
        model,
        history: [
          { role: 'user', content: [] },
          { role: 'system', content: [] },
        ],
      },
    ],
    ['history[0]', { model, history: [{ role: 'user', content: 'text' }] }],
    ['history[0]', { model, history: [{ role: 'assistant', content: [{ type: 'text' }] }] }],
    ['history[0]', { model, history: [{ role: 'user', content: [null] }] }],
    ['history[0]', { model, history: [{ role: 'tool', content: [{ type: 'text', text: 'x' }] }] }],
  ])('is refused by name, before anything is sent: %s', (option, options) => {
    const error = refused(options);
    expect(error.option).toBe(option === '' ? 'model' : option);
    expect(error.message).toContain(option);
    expect(model.calls).toBe(0);
  });

  test('is not shown where it may hold a secret', () => {
    const key = 'sk-live-123';
    expect(refused({ model: { apiKey: key } }).message).not.toContain(key);
    expect(refused({ model, budget: [key] }).message).not.toContain(key);
  });

  test.each([undefined, null, 7, 'model', []])('is refused where the options are %s', (options) => {
    expect(refused(options as unknown as object).message).toContain('options of run');
  });
});

describe('a budget', () => {
  test.each<[string, object]>([
    ['budget', 7 as unknown as object],
    ['budget.maxTurns', { maxTurns: 0 }],
    ['budget.maxTurns', { maxTurns: 2.5 }],
    ['budget.maxTurns', { maxTurns: '3' }],
    ['budget.maxTokens', { maxTokens: -1 }],
    ['budget.maxTokens', { maxTokens: Number.POSITIVE_INFINITY }],
    ['budget.maxDurationMs', { maxDurationMs: 0.5 }],
    ['budget.maxCost', { maxCost: 0 }],
    ['budget.maxCost', { maxCost: Number.NaN }],
    ['budget.maxCost', { maxCost: '5 USD' }],
    ['budget.warnAt', { maxTurns: 5, warnAt: 0.5 }],
    ['budget.warnAt', { maxTurns: 5, warnAt: [0.5, 80] }],
    ['budget.warnAt', { maxTurns: 5, warnAt: ['half'] }],
  ])('with a number that is none is refused: %s in %o', (option, budget) => {
    expect(refused({ model, prices, budget }).option).toBe(option);
  });

  test('in dollars is finite: what has no ceiling has no maxCost', () => {
    const priced = { model: scriptedModel([], { id: 'priced' }), prices };
    const error = refused({ ...priced, budget: { maxCost: Number.POSITIVE_INFINITY } });
    expect(error.message).toBe('Expected `budget.maxCost` of run to be a finite number above 0, got Infinity.');
  });

  test('in dollars needs prices', () => {
    const error = refused({ model, budget: { maxCost: 1 } });
    expect(error.option).toBe('budget.maxCost');
    expect(error.message).toContain('needs `prices`');
  });

  test('in dollars needs the price of this very model', () => {
    const error = refused({ model, prices, budget: { maxCost: 1 } });
    expect(error.option).toBe('budget.maxCost');
    expect(error.message).toContain('"scripted/scripted-1"');
    expect(run('Go.', { model: scriptedModel([], { id: 'priced' }), prices, budget: { maxCost: 1 } })).toBeDefined();
  });

  test('in dollars needs no price for a model that costs nothing', () => {
    const local = scriptedModel([], { info: { local: true } });
    expect(run('Go.', { model: local, budget: { maxCost: 1 } })).toBeDefined();
  });
});

describe('a prompt', () => {
  test.each<unknown>([
    '',
    ' \n',
    [],
    [{ type: 'text', text: '' }],
    undefined,
    null,
    7,
    {},
    [null],
    ['text'],
    [{ type: 'text' }],
    [{ type: 'video', data: 'x' }],
    [{ type: 'image', data: 'x' }],
  ])('that is none is refused: %o', (prompt) => {
    expect(thrownBy(() => run(prompt as string, { model })).option).toMatch(/^prompt/);
  });

  test('of an image alone is one', () => {
    expect(run([{ type: 'image', mediaType: 'image/png', data: 'aGk=' }], { model })).toBeDefined();
  });
});

describe('resume and createAgent', () => {
  test('resume needs the store and the id', () => {
    const session = memoryStore();
    expect(thrownBy(() => resume('s', { model })).option).toBe('session');
    expect(thrownBy(() => resume('s', undefined as unknown as RunOptions)).message).toContain('resume');
    expect(thrownBy(() => resume('', { model, session })).option).toBe('sessionId');
    expect(thrownBy(() => resume(undefined as unknown as string, { model, session })).option).toBe('sessionId');
    const history = { model, session, history: [] } as Omit<RunOptions, 'history'>;
    expect(thrownBy(() => resume('s', history)).option).toBe('history');
  });

  test('createAgent refuses at once what its runs would refuse', () => {
    expect(thrownBy(() => createAgent({ model: {} as never })).option).toBe('model');
    expect(thrownBy(() => createAgent({ model, tools: [tool, tool] })).message).toContain('"look"');
    expect(thrownBy(() => createAgent(undefined as never)).message).toContain('createAgent');
    const perRun = { model, signal: AbortSignal.abort() };
    expect(thrownBy(() => createAgent(perRun)).option).toBe('signal');
  });
});

test('options may be undefined, which is the same as left out', async () => {
  const names = ['system', 'tools', 'permissions', 'onApproval', 'hooks', 'prices', 'budget', 'session', 'sessionId'];
  const more = ['cwd', 'signal', 'retry', 'idleTimeoutMs', 'maxOutputTokens', 'effort', 'cache', 'providerOptions'];
  const left = [...names, ...more, 'durable', 'history'].map((name) => [name, undefined]);
  const options = { model: scriptedModel(['Hi.']), ...(Object.fromEntries(left) as object) };
  expect(await run('Go.', options).result()).toMatchObject({ stopReason: 'end_turn', text: 'Hi.' });
});

test('no message speaks of a number as if it were a string, or the other way round', () => {
  expect(refused({ model, idleTimeoutMs: '30s' }).message).toBe(
    'Expected `idleTimeoutMs` of run to be a number, got "30s".',
  );
  expect(refused({ model, system: 7 }).message).toBe('Expected `system` of run to be a string, got 7.');
  expect(refused({ model, effort: 'hgih' }).message).toContain('Did you mean "high"?');
});
