import { AssertionError } from 'node:assert';
import type { ModelEnd, ModelEvent, ModelStop } from '../model.ts';
import type { AssistantBlock, ToolCallBlock } from '../transcript.ts';
import type { Usage } from '../usage.ts';
import { jsonProblems } from './contracts/json-value.ts';

/**
 * Checks what holds for every answer that a model streamed to its end:
 *
 * - exactly one `end`, last, with a known stop and counts that can be;
 * - the deltas of text and of thinking make up their blocks, and come before them; those of a tool call, where there
 *   are any, make up its arguments;
 * - a tool call has an id of its own, a name, and either arguments or `rawArgs` that do not parse, with `argsError`;
 * - everything is plain JSON.
 *
 * @throws AssertionError that lists everything that is wrong.
 */
export function checkAnswer(events: readonly ModelEvent[]): void {
  const problems = [
    ...endProblems(events),
    ...deltaProblems(events),
    ...callProblems(events),
    ...jsonEventProblems(events),
  ];
  if (problems.length > 0) {
    const message = `The model's answer is wrong:\n- ${problems.join('\n- ')}`;
    throw new AssertionError({ message, actual: events, operator: 'checkAnswer', stackStartFn: checkAnswer });
  }
}

/** What is wrong with token counts; empty where nothing is. */
export function usageProblems(usage: Usage): readonly string[] {
  const counts: [string, number | undefined][] = [
    ['input', usage.input],
    ['cacheRead', usage.cacheRead],
    ['output', usage.output],
    ['reasoning', usage.reasoning],
    ...(usage.cacheWrites ?? []).map(({ ttl, tokens }): [string, number] => [`cacheWrites of ${ttl}`, tokens]),
  ];
  const problems = counts
    .filter(([, count]) => count !== undefined && !(Number.isSafeInteger(count) && count >= 0))
    .map(([name, count]) => `usage.${name} is ${count}, which is no count of tokens`);
  if (usage.reasoning !== undefined && usage.output !== undefined && usage.reasoning > usage.output) {
    problems.push(
      `usage.reasoning is ${usage.reasoning}, more than usage.output, ${usage.output}, which it is a part of`,
    );
  }
  return problems;
}

/** The finished blocks of an answer, in order. */
export function blocksOf(events: readonly ModelEvent[]): readonly AssistantBlock[] {
  return events.flatMap((event) => (event.type === 'block' ? [event.block] : []));
}

const stops: ReadonlySet<string> = new Set<ModelStop>([
  'end',
  'tool_calls',
  'length',
  'stop_sequence',
  'refusal',
  'pause',
]);

function* endProblems(events: readonly ModelEvent[]): Generator<string, void> {
  const ends = events.filter((event): event is ModelEnd => event.type === 'end');
  if (ends.length !== 1) yield `expected exactly one end, found ${ends.length}`;
  const last = events.at(-1);
  if (last !== undefined && last.type !== 'end') yield `expected the end last, found a ${last.type}`;
  const [end] = ends;
  if (end === undefined) return;
  const hasCalls = blocksOf(events).some(({ type }) => type === 'tool_call');
  if (!stops.has(end.stop)) yield `the stop "${end.stop}" is not one of ${[...stops].join(', ')}`;
  if (end.stop === 'tool_calls' && !hasCalls) yield 'the stop is tool_calls, but there is no tool call';
  if (end.stop === 'end' && hasCalls) yield 'the stop is end, but there are tool calls';
  if (end.costUsd !== undefined && !(end.costUsd >= 0)) yield `costUsd is ${end.costUsd}`;
  yield* usageProblems(end.usage);
}

function* deltaProblems(events: readonly ModelEvent[]): Generator<string, void> {
  for (const type of ['text', 'thinking'] as const) {
    let streamed = '';
    let finished = '';
    for (const event of events) {
      if (isTextDelta(event) && event.type === `${type}_delta`) streamed += event.text;
      if (event.type !== 'block' || event.block.type !== type) continue;
      finished += event.block.text;
      if (!streamed.startsWith(finished)) {
        yield `expected the deltas before a ${type} block to make ${JSON.stringify(finished)}, found ${JSON.stringify(streamed)}`;
      }
    }
    if (streamed.length > finished.length) {
      yield `expected a ${type} block for ${JSON.stringify(streamed.slice(finished.length))}, which was streamed`;
    }
  }
}

function isTextDelta(event: ModelEvent): event is Extract<ModelEvent, { readonly text: string }> {
  return event.type === 'text_delta' || event.type === 'thinking_delta';
}

function* callProblems(events: readonly ModelEvent[]): Generator<string, void> {
  const streamed = new Map<string, string>();
  const ids = new Set<string>();
  for (const event of events) {
    if (event.type === 'tool_call_delta') streamed.set(event.id, (streamed.get(event.id) ?? '') + event.json);
    if (event.type !== 'block' || event.block.type !== 'tool_call') continue;
    const { id } = event.block;
    if (ids.has(id)) yield `two tool calls have the id "${id}"`;
    ids.add(id);
    yield* argumentProblems(event.block, streamed.get(id));
  }
  for (const id of streamed.keys()) if (!ids.has(id)) yield `tool call "${id}" was streamed but has no block`;
}

function* argumentProblems(block: ToolCallBlock, streamed: string | undefined): Generator<string, void> {
  const { id, name, args, rawArgs, argsError } = block;
  if (id === '') yield `a call of ${name} has no id`;
  if (name === '') yield `tool call "${id}" has no name`;
  if (args !== undefined) {
    const isMarkedWrong = rawArgs !== undefined || argsError !== undefined;
    if (isMarkedWrong) yield `tool call "${id}" has arguments and rawArgs or argsError too`;
    if (streamed !== undefined && !isTextOf(streamed, args)) {
      yield `the deltas of tool call "${id}" make ${streamed}, its arguments are ${JSON.stringify(args)}`;
    }
    return;
  }
  if (rawArgs === undefined || argsError === undefined || argsError === '') {
    yield `tool call "${id}" has no arguments, so it needs rawArgs and argsError`;
    return;
  }
  if (parsed(rawArgs) !== undefined) yield `rawArgs of tool call "${id}" parses: it should stand in args`;
  if (streamed !== undefined && streamed !== rawArgs) {
    yield `the deltas of tool call "${id}" make ${streamed}, its rawArgs are ${rawArgs}`;
  }
}

/** Nothing streamed stands for no arguments. */
function isTextOf(streamed: string, args: unknown): boolean {
  const value = streamed === '' ? '{}' : parsed(streamed);
  return value === JSON.stringify(args);
}

/** JSON as `JSON.stringify` writes it; `undefined` where the text is none. */
function parsed(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    // A SyntaxError: the text does not parse.
    return undefined;
  }
}

function* jsonEventProblems(events: readonly ModelEvent[]): Generator<string, void> {
  for (const [index, event] of events.entries()) yield* jsonProblems(event, `event ${index} (${event.type})`);
}
