import { describe, expect, test } from 'vitest';
import { ModelError } from '../../errors.ts';
import type { Model, ModelEvent, ModelRequest } from '../../model.ts';
import { call, callRaw, cut, dropEnd, emit, fail, hang, raise, reportUsage, say, stopWith } from '../script-part.ts';
import type { ScriptedTurn } from '../script-part.ts';
import { scriptedModel } from '../scripted-model.ts';
import { modelContract } from './index.ts';
import { modelChecks } from './model-checks.ts';
import type { ModelSubject, ServedModel, ServeModel } from './model-checks.ts';
import { runChecks } from './run-checks.ts';

/** Serves one scripted answer to every call. */
function serve(turn: ScriptedTurn, wrap: (model: Model) => Model = (model) => model): ServeModel {
  return (): ServedModel => {
    const stopped = Promise.withResolvers<void>();
    const scripted = scriptedModel(() => turn);
    const model = withStream(scripted, async function* (request) {
      try {
        yield* scripted.stream(request);
      } finally {
        if (scripted.openStreams === 0) stopped.resolve();
      }
    });
    return { model: wrap(model), stopped: stopped.promise };
  };
}

function withStream(model: Model, stream: Model['stream']): Model {
  return { provider: model.provider, id: model.id, info: model.info, stream };
}

const lookup = call('lookup', { query: 'weather' }, { chunkSize: 4 });

const right: ModelSubject = {
  text: serve([say('Hello there', { chunkSize: 3 })]),
  toolCall: serve(['Let me see.', lookup, call('lookup', { query: 'time' })]),
  malformedToolCall: serve([callRaw('lookup', '{"query": ')]),
  cut: serve(['Hello', cut()]),
  stalled: serve(['Hello', hang()]),
  error: serve([fail('auth', { statusCode: 401 })]),
  errorKind: 'auth',
};

modelContract('scriptedModel', () => right);

const impatient: ModelSubject = { ...right, patienceMs: 50 };

const facts = 'has a provider, an id, and facts that can be';
const text = 'streams text in deltas that make up its blocks, then one end';
const toolCall = 'streams tool calls as blocks with parsed arguments, and stops with tool_calls';
const malformed = 'keeps a tool call whose arguments do not parse as a block with rawArgs and argsError';
const network = 'reports a stream that closes without its end as ModelError("network"), with what had arrived';
const failure = 'reports an error answer as a ModelError, before any event';
const abortBefore = 'a signal that has fired before the call is ModelError("aborted"), with no event';
const abortDuring =
  'a signal that fires while the model waits for more is ModelError("aborted"), promptly, and ends the request';
const returned = 'an iterator that is returned ends the request and stays at its end';
const atEnd = 'an iterator that has come to its end stays there';
const sideBySide = 'calls side by side do not mix';
const unchanged = 'leaves the request as it is';

/** A model that looks at its signal only when an event comes. */
function deaf(model: Model): Model {
  return withStream(model, (request) => model.stream({ ...request, signal: new AbortController().signal }));
}

function onEvents(change: (events: AsyncIterable<ModelEvent>, request: ModelRequest) => AsyncIterable<ModelEvent>) {
  return (model: Model): Model => withStream(model, (request) => change(model.stream(request), request));
}

/** Throws what the vendor's own client throws. */
const leaksAbortErrors = onEvents(async function* (events) {
  try {
    yield* events;
  } catch (error) {
    if (ModelError.isInstance(error) && error.kind === 'aborted') throw new DOMException('Aborted', 'AbortError');
    throw error;
  }
});

/** Just ends on an abort, as some vendors' clients do. */
const endsOnAbort = onEvents(async function* (events) {
  try {
    yield* events;
  } catch (error) {
    if (!ModelError.isInstance(error) || error.kind !== 'aborted') throw error;
  }
});

const ignoresReturn = onEvents((events) => ({
  [Symbol.asyncIterator]() {
    const iterator = events[Symbol.asyncIterator]();
    return { next: () => iterator.next(), return: async () => ({ done: true, value: undefined }) };
  },
}));

const beginsAnew = onEvents((events) => ({
  [Symbol.asyncIterator]() {
    let iterator = events[Symbol.asyncIterator]();
    return {
      async next() {
        const result = await iterator.next();
        if (result.done === true) iterator = [{ type: 'text_delta', text: 'more' } as const].values() as never;
        return result;
      },
    };
  },
}));

/** Gathers the text of all calls in one place. */
function sharesItsState(model: Model): Model {
  let gathered = '';
  return onEvents(async function* (events) {
    gathered = '';
    for await (const event of events) {
      if (event.type === 'text_delta') gathered += event.text;
      const isText = event.type === 'block' && event.block.type === 'text';
      yield isText ? { type: 'block', block: { type: 'text', text: gathered } } : event;
    }
  })(model);
}

/** Adds to the caller's own list of messages. */
const writesToTheRequest = onEvents(async function* (events, request) {
  (request.messages as unknown[]).push({ role: 'user', content: [] });
  yield* events;
});

const textEnd: ModelEvent = { type: 'end', stop: 'end', usage: {} };

/** Each breaks one promise; the name is of the check that must notice. */
const brokenModels: readonly [string, string, Partial<ModelSubject>][] = [
  ['has no id', facts, { text: serve('Hi', (model) => ({ ...model, id: '' })) }],
  ['has a window of no size', facts, { text: serve('Hi', (model) => ({ ...model, info: { contextWindow: 0 } })) }],
  ['sends no deltas', text, { text: serve([emit({ type: 'block', block: { type: 'text', text: 'Hi' } })]) }],
  ['loses a block', text, { text: serve(['Hi', emit({ type: 'text_delta', text: ' there' })]) }],
  ['says nothing', text, { text: serve([]) }],
  ['has no end', text, { text: serve(['Hi', dropEnd()]) }],
  ['ends twice', text, { text: serve(['Hi', emit(textEnd)]) }],
  ['goes on after its end', text, { text: serve(['Hi', emit(textEnd), say('there'), dropEnd()]) }],
  ['counts fractions of tokens', text, { text: serve(['Hi', reportUsage({ input: 0.5 })]) }],
  ['counts less than nothing', text, { text: serve(['Hi', reportUsage({ output: -1 })]) }],
  ['reasons more than it says', text, { text: serve(['Hi', reportUsage({ output: 1, reasoning: 2 })]) }],
  ['fails with a plain error', text, { text: serve([raise(new TypeError('terminated'))]) }],
  ['stops calls with end', toolCall, { toolCall: serve([lookup, stopWith('end')]) }],
  ['gives two calls one id', toolCall, { toolCall: serve([call('a', {}, { id: '1' }), call('b', {}, { id: '1' })]) }],
  ['has no call', toolCall, { toolCall: serve('I would look it up.') }],
  [
    'streams other arguments than it gives',
    toolCall,
    {
      toolCall: serve([
        emit({ type: 'tool_call_delta', id: '1', name: 'lookup', json: '{"query": 1}' }),
        emit({ type: 'block', block: { type: 'tool_call', id: '1', name: 'lookup', args: { query: 2 } } }),
      ]),
    },
  ],
  [
    'gives an unparsable call empty arguments',
    malformed,
    { malformedToolCall: serve([emit({ type: 'block', block: { type: 'tool_call', id: '1', name: 'a', args: {} } })]) },
  ],
  [
    'does not say why arguments do not parse',
    malformed,
    {
      malformedToolCall: serve([
        emit({ type: 'block', block: { type: 'tool_call', id: '1', name: 'a', rawArgs: '{' } }),
      ]),
    },
  ],
  ['throws where arguments do not parse', malformed, { malformedToolCall: serve([raise(new SyntaxError('JSON'))]) }],
  ['takes a cut for an end', network, { cut: serve(['Hello']) }],
  ['ends silently at a cut', network, { cut: serve(['Hello', dropEnd()]) }],
  ['reports a cut as something else', network, { cut: serve(['Hello', fail('server')]) }],
  [
    'forgets at a cut that there was content',
    network,
    { cut: serve(['Hello', fail('network', { contentStarted: false })]) },
  ],
  ['has no error to report', failure, { error: serve('Unauthorized') }],
  ['reports an error of another kind', failure, { error: serve([fail('server')]) }],
  ['reports a plain error', failure, { error: serve([raise(new Error('401'))]) }],
  ['throws nothing at all', failure, { error: serve([raise(undefined)]) }],
  ['takes any failure for an abort', failure, { error: serve([fail('aborted')]) }],
  ['does not look at the signal first', abortBefore, { text: serve('Hi', deaf) }],
  ['leaks the error of its client', abortBefore, { text: serve('Hi', leaksAbortErrors) }],
  ['ends silently on an abort', abortDuring, { stalled: serve(['Hello', hang()], endsOnAbort) }],
  ['does not listen to the signal', abortDuring, { stalled: serve(['Hello', hang()], deaf) }],
  ['hangs for good', abortDuring, { stalled: serve(['Hello', hang({ ignoresAbort: true })]) }],
  [
    'reports the abort but goes on with the request',
    abortDuring,
    { stalled: async () => ({ ...(await right.stalled()), stopped: new Promise(() => {}) }) },
  ],
  ['does not end its request when it is returned', returned, { stalled: serve(['Hello', hang()], ignoresReturn) }],
  ['begins anew after its end', atEnd, { text: serve('Hi', beginsAnew) }],
  ['mixes calls side by side', sideBySide, { toolCall: serve(['Hi', lookup], sharesItsState) }],
  ['writes to the request', unchanged, { toolCall: serve([lookup], writesToTheRequest) }],
];

describe('the contract of a model', () => {
  test.each(brokenModels)('notices a model that %s', async (_model, name, replaced) => {
    const outcomes = await runChecks(modelChecks, () => ({ ...impatient, ...replaced }));
    expect(outcomes.filter(({ outcome }) => outcome === 'failed').map((failed) => failed.name)).toContain(name);
  });

  test('has no check that no model can fail', () => {
    const failed = new Set(brokenModels.map(([, name]) => name));
    expect(modelChecks.map(({ name }) => name).filter((name) => !failed.has(name))).toEqual([]);
  });

  test('skips what a provider cannot send, with the reason', async () => {
    const { malformedToolCall: _absent, ...subject } = right;
    const outcomes = await runChecks(modelChecks, () => subject);
    expect(outcomes.filter(({ outcome }) => outcome !== 'passed')).toEqual([
      { name: malformed, outcome: 'skipped', reason: 'this provider cannot send arguments that do not parse' },
    ]);
  });

  test('closes every server it asked for', async () => {
    let open = 0;
    const counted: ServeModel = async () => {
      open++;
      return { ...(await right.text()), close: () => void open-- };
    };
    const failed = await runChecks(modelChecks, () => ({ ...right, text: counted, cut: counted, error: counted }));
    expect(failed.filter(({ outcome }) => outcome === 'failed')).toHaveLength(2);
    expect(open).toBe(0);
  });
});
