import assert from 'node:assert/strict';
import { ModelError } from '../../errors.ts';
import type { ModelErrorKind } from '../../errors.ts';
import type { Awaitable } from '../../hooks.ts';
import type { Model, ModelEvent, ModelRequest } from '../../model.ts';
import type { Usage } from '../../usage.ts';
import { blocksOf, checkAnswer, usageProblems } from '../check-answer.ts';
import { promptly, thrownText } from './contract-check.ts';
import type { ContractCheck, ContractSubject } from './contract-check.ts';
import { assertSameJson, deepFreeze } from './json-value.ts';

/** A model whose answer is known, from a recording served over loopback, say. It gives every call the same answer. */
export interface ServedModel {
  readonly model: Model;
  /** Over the contract's own request: a greeting and one tool, `lookup`. */
  readonly request?: Partial<Omit<ModelRequest, 'signal'>>;
  /** Settles when the other side sees that the request was ended. Absent where nothing is sent anywhere. */
  readonly stopped?: Promise<unknown>;
  /** Stops serving; called once. */
  close?(): Awaitable<void>;
}

/** Serves an answer to one check. */
export type ServeModel = () => Awaitable<ServedModel>;

/** The answers that the contract of a model is checked on. */
export interface ModelSubject extends ContractSubject {
  /** Some text, whole, and the model's own end of turn. */
  readonly text: ServeModel;
  /** One or more tool calls with proper arguments, whole. */
  readonly toolCall: ServeModel;
  /** A tool call whose arguments do not parse, whole. Absent where the provider cannot send one. */
  readonly malformedToolCall?: ServeModel;
  /** Some content, then the connection closes without the provider's end. */
  readonly cut: ServeModel;
  /** Some content, then nothing more, with the connection open. */
  readonly stalled: ServeModel;
  /** An error before any content, such as a refused key. */
  readonly error: ServeModel;
  /** The kind that `error` must come out as. Default: any but `aborted`. */
  readonly errorKind?: ModelErrorKind;
}

/** What every model must hold. */
export const modelChecks: readonly ContractCheck<ModelSubject>[] = [
  {
    name: 'has a provider, an id, and facts that can be',
    run: (subject) =>
      served(subject.text, async ({ model }) => {
        assert.ok(typeof model.provider === 'string' && model.provider !== '', 'Expected a provider.');
        assert.ok(typeof model.id === 'string' && model.id !== '', 'Expected an id.');
        const { contextWindow, maxOutputTokens } = model.info;
        for (const [name, tokens] of Object.entries({ contextWindow, maxOutputTokens })) {
          const isCount = tokens === undefined || (Number.isSafeInteger(tokens) && tokens > 0);
          assert.ok(isCount, `Expected info.${name} to be a number of tokens or absent, got ${tokens}.`);
        }
      }),
  },
  {
    name: 'streams text in deltas that make up its blocks, then one end',
    run: (subject) =>
      served(subject.text, async (server) => {
        const events = await answerOf(server, subject);
        assert.ok(
          blocksOf(events).some((block) => block.type === 'text' && block.text !== ''),
          'Expected text.',
        );
      }),
  },
  {
    name: 'streams tool calls as blocks with parsed arguments, and stops with tool_calls',
    run: (subject) =>
      served(subject.toolCall, async (server) => {
        const events = await answerOf(server, subject);
        const calls = blocksOf(events).filter((block) => block.type === 'tool_call');
        assert.ok(calls.length > 0, 'Expected a tool call.');
        const unparsed = calls.filter(({ args }) => args === undefined);
        assert.deepEqual(unparsed, [], 'Expected every call to have arguments.');
        const end = events.at(-1);
        assert.equal(end?.type === 'end' ? end.stop : undefined, 'tool_calls');
      }),
  },
  {
    name: 'keeps a tool call whose arguments do not parse as a block with rawArgs and argsError',
    skipReason: ({ malformedToolCall }) =>
      malformedToolCall === undefined ? 'this provider cannot send arguments that do not parse' : undefined,
    run: (subject) =>
      served(subject.malformedToolCall ?? subject.toolCall, async (server) => {
        const events = await answerOf(server, subject);
        const malformed = blocksOf(events).find((block) => block.type === 'tool_call' && block.args === undefined);
        assert.ok(malformed !== undefined, 'Expected a tool call without arguments.');
      }),
  },
  {
    name: 'reports a stream that closes without its end as ModelError("network"), with what had arrived',
    run: (subject) =>
      served(subject.cut, async (server) => {
        const { events, error } = await play(server, subject);
        const hasEnd = events.some(({ type }) => type === 'end');
        assert.ok(!hasEnd, 'Expected no end of a stream that was cut.');
        const modelError = assertModelError(error, ['network']);
        assert.equal(
          modelError.contentStarted,
          events.length > 0,
          'Expected contentStarted to say whether anything came.',
        );
      }),
  },
  {
    name: 'reports an error answer as a ModelError, before any event',
    run: (subject) =>
      served(subject.error, async (server) => {
        const { events, error } = await play(server, subject);
        assert.deepEqual(events, [], 'Expected no event before the error.');
        const modelError = assertModelError(error, subject.errorKind === undefined ? undefined : [subject.errorKind]);
        assert.notEqual(modelError.kind, 'aborted', 'Expected a kind that says what went wrong: nobody aborted.');
        assert.equal(modelError.contentStarted, false, 'Expected contentStarted to be false.');
      }),
  },
  {
    name: 'a signal that has fired before the call is ModelError("aborted"), with no event',
    run: (subject) =>
      served(subject.text, async (server) => {
        const { events, error } = await play(server, subject, AbortSignal.abort());
        assert.deepEqual(events, [], 'Expected no event after an abort.');
        assertModelError(error, ['aborted']);
      }),
  },
  {
    name: 'a signal that fires while the model waits for more is ModelError("aborted"), promptly, and ends the request',
    run: (subject) =>
      served(subject.stalled, async (server) => {
        const controller = new AbortController();
        const stream = open(server, controller.signal);
        const first = await promptly(stream.next(), 'the first event', subject);
        assert.ok(first.done !== true, 'Expected some content before the stall.');
        const rest = drain(stream);
        await aMoment();
        controller.abort(new TypeError('enough'));
        const { events, error } = await promptly(rest, 'the stream', subject);
        const hasEnd = events.some(({ type }) => type === 'end');
        assert.ok(!hasEnd, 'Expected no end of a stream that was aborted.');
        assertModelError(error, ['aborted']);
        await promptly(server.stopped ?? Promise.resolve(), 'the request', subject);
      }),
  },
  {
    name: 'an iterator that is returned ends the request and stays at its end',
    run: (subject) =>
      served(subject.stalled, async (server) => {
        const stream = open(server, new AbortController().signal);
        await promptly(stream.next(), 'the first event', subject);
        assert.ok(stream.return !== undefined, 'Expected the iterator to have return().');
        await promptly(stream.return(), 'return()', subject);
        await promptly(server.stopped ?? Promise.resolve(), 'the request', subject);
        const { done } = await promptly(stream.next(), 'next() after return()', subject);
        assert.equal(done, true, 'Expected nothing after return().');
      }),
  },
  {
    name: 'an iterator that has come to its end stays there',
    run: (subject) =>
      served(subject.text, async (server) => {
        const stream = open(server, new AbortController().signal);
        await promptly(drain(stream), 'the answer', subject);
        for (let again = 0; again < 2; again++) {
          const { done } = await promptly(stream.next(), 'next() after the end', subject);
          assert.equal(done, true, 'Expected nothing after the end.');
        }
      }),
  },
  {
    name: 'calls side by side do not mix',
    run: (subject) =>
      served(subject.toolCall, async (server) => {
        const [left, right] = await Promise.all([answerOf(server, subject), answerOf(server, subject)]);
        const shapes = [left, right].map((events) => blocksOf(events).map((block) => ({ ...block, id: undefined })));
        assertSameJson(shapes[0], shapes[1], 'Expected the same answer to both calls.');
      }),
  },
  {
    name: 'leaves the request as it is',
    run: (subject) =>
      served(subject.toolCall, async (server) => {
        const { signal, ...request } = requestTo(server, new AbortController().signal);
        const before = structuredClone(request);
        await promptly(
          drain(server.model.stream({ ...request, signal })[Symbol.asyncIterator]()),
          'the answer',
          subject,
        );
        assertSameJson(request, before, 'Expected the request as it was before the call.');
      }),
  },
];

async function served(serve: ServeModel, check: (server: ServedModel) => Promise<void>): Promise<void> {
  const server = await serve();
  try {
    await check(server);
  } finally {
    await server.close?.();
  }
}

function requestTo(server: ServedModel, signal: AbortSignal): ModelRequest {
  return {
    system: 'You are a helpful assistant.',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    tools: [
      {
        name: 'lookup',
        description: 'Looks something up.',
        inputSchema: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
      },
    ],
    ...server.request,
    signal,
  };
}

/** Begins a call with a request that cannot be written to. */
function open(server: ServedModel, signal: AbortSignal): AsyncIterator<ModelEvent> {
  const { signal: _signal, ...request } = requestTo(server, signal);
  return server.model.stream({ ...deepFreeze(structuredClone(request)), signal })[Symbol.asyncIterator]();
}

interface Drained {
  readonly events: readonly ModelEvent[];
  readonly error: unknown;
}

async function drain(stream: AsyncIterator<ModelEvent>): Promise<Drained> {
  const events: ModelEvent[] = [];
  try {
    for (let read = await stream.next(); read.done !== true; read = await stream.next()) events.push(read.value);
  } catch (error) {
    return { events, error: error ?? new TypeError(`The model threw ${error}.`) };
  }
  return { events, error: undefined };
}

function play(server: ServedModel, subject: ModelSubject, signal?: AbortSignal): Promise<Drained> {
  return promptly(drain(open(server, signal ?? new AbortController().signal)), 'the stream', subject);
}

/** The events of an answer that must come to its end, checked as every answer. */
async function answerOf(server: ServedModel, subject: ModelSubject): Promise<readonly ModelEvent[]> {
  const { events, error } = await play(server, subject);
  if (error !== undefined) throw new Error(`Expected a whole answer, got ${thrownText(error)}`, { cause: error });
  checkAnswer(events);
  return events;
}

function assertModelError(error: unknown, kinds?: readonly ModelErrorKind[]): ModelError {
  assert.ok(error !== undefined, `Expected ModelError(${kinds?.join(' or ') ?? ''}), but the stream just ended.`);
  assert.ok(ModelError.isInstance(error), `Expected a ModelError and nothing else, got ${thrownText(error)}.`);
  const isExpected = kinds === undefined || kinds.includes(error.kind);
  assert.ok(isExpected, `Expected ModelError(${kinds?.join(' or ')}), got ${error.kind}: ${error.message}`);
  // The contract of a ModelError: `usage` has the shape of Usage. What it really holds is checked here.
  assert.deepEqual(usageProblems((error.usage ?? {}) as Usage), [], 'Expected usage that can be.');
  return error;
}

/** Lets whatever is ready happen. */
async function aMoment(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
