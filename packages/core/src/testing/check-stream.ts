import { AssertionError } from 'node:assert';
import { checkOptions } from '../check-options.ts';
import type { Message, Result, TextMessage, ThinkingMessage } from '../message.ts';

/** What {@link checkStream} needs to know of the run. */
export interface CheckStreamOptions {
  /** True for a run that takes up an earlier one: results may answer calls that were shown then. Default false. */
  readonly isContinuation?: boolean;
  /** True where an after-model hook replaces answers, so that whole texts may differ from their chunks. Default false. */
  readonly replacesAnswers?: boolean;
}

/**
 * Checks what holds for the messages of every finished run, whatever happened in it:
 *
 * - exactly one `result`, and nothing after it; an error in it where the stop reason is `error`, and only there;
 * - every `tool_use` has one later `tool_result`, or waits in `pendingApprovals` or behind one that does; no result
 *   without its call, but before the `session_start`, where a new prompt answers what an earlier run left waiting;
 * - calls wait where the stop reason is `approval_required`, and only there;
 * - chunks are numbered from 0 in each attempt, and those of the last attempt make up the whole text;
 * - the result's text is the last whole text;
 * - `eventSeq` never falls, except in chunks and in progress that rests on no event of its own.
 *
 * Messages of sub-agents are left out.
 *
 * @throws AssertionError that lists everything that is wrong.
 */
export function checkStream(messages: readonly Message[], options: CheckStreamOptions = {}): void {
  checkOptions('checkStream', options, { isContinuation: { type: 'boolean' }, replacesAnswers: { type: 'boolean' } });
  const own = messages.filter(({ parentToolUseId }) => parentToolUseId === undefined);
  const problems = [
    ...resultProblems(own, options),
    ...toolProblems(own, options),
    ...chunkProblems(own, options),
    ...orderProblems(own),
  ];
  if (problems.length > 0) {
    const message = `The stream of messages is wrong:\n- ${problems.join('\n- ')}`;
    throw new AssertionError({ message, actual: messages, operator: 'checkStream', stackStartFn: checkStream });
  }
}

function resultOf(messages: readonly Message[]): Result | undefined {
  return messages.find((message) => message.type === 'result');
}

function* resultProblems(messages: readonly Message[], { isContinuation }: CheckStreamOptions): Generator<string> {
  const count = messages.filter(({ type }) => type === 'result').length;
  if (count !== 1) yield `expected exactly one result, found ${count}`;
  const last = messages.at(-1);
  if (last !== undefined && last.type !== 'result') yield `expected the result last, found ${describe(last)} there`;
  const result = resultOf(messages);
  if (result === undefined) return;
  if ((result.stopReason === 'error') !== (result.error !== undefined)) {
    yield `expected an error with the stop reason "error" and with no other, found ${result.stopReason} with ${result.error?.code ?? 'none'}`;
  }
  if ((result.stopReason === 'approval_required') !== result.pendingApprovals.length > 0) {
    yield `expected calls that wait with the stop reason "approval_required" and with no other, found ${result.stopReason} with ${result.pendingApprovals.length}`;
  }
  const text = messages.findLast((message) => message.type === 'text' && !message.isPartial) as TextMessage | undefined;
  if (isContinuation !== true && result.text !== (text?.text ?? '')) {
    yield `expected the result's text to be the last whole text ${JSON.stringify(text?.text ?? '')}, found ${JSON.stringify(result.text)}`;
  }
}

function* toolProblems(messages: readonly Message[], { isContinuation }: CheckStreamOptions): Generator<string> {
  const names = new Map<string, string>();
  const answered = new Set<string>();
  const start = messages.findIndex((message) => message.type === 'system' && message.subtype === 'session_start');
  for (const [index, message] of messages.entries()) {
    if (message.type === 'tool_use') {
      if (names.has(message.id)) yield `tool use ${message.id} appears twice`;
      names.set(message.id, message.name);
    } else if (message.type === 'tool_result') {
      const { toolUseId, name } = message;
      const asked = names.get(toolUseId);
      const isOrphan = asked === undefined && isContinuation !== true && index > start;
      if (isOrphan) yield `tool result ${toolUseId} comes without its tool use before it`;
      if (asked !== undefined && asked !== name) yield `tool result ${toolUseId} is of ${name}, its use of ${asked}`;
      if (answered.has(toolUseId)) yield `tool use ${toolUseId} is answered twice`;
      answered.add(toolUseId);
    }
  }
  const pending = new Set(resultOf(messages)?.pendingApprovals.map(({ toolUseId }) => toolUseId));
  let isBehind = isContinuation === true && pending.size > 0;
  for (const [id, name] of names) {
    isBehind ||= pending.has(id);
    if (!answered.has(id) && !isBehind) yield `tool use ${id} (${name}) has no result`;
    if (answered.has(id) && pending.has(id)) yield `tool use ${id} (${name}) has a result and waits for approval too`;
  }
}

/** Chunks of one kind in one attempt. */
interface Attempt {
  readonly eventSeq: number;
  readonly attempt: number | undefined;
  readonly texts: string[];
}

function* chunkProblems(messages: readonly Message[], options: CheckStreamOptions): Generator<string> {
  for (const type of ['text', 'thinking'] as const) {
    let open: Attempt | undefined;
    for (const message of messages) {
      if (message.type !== type) continue;
      if (message.isPartial) {
        if (open === undefined || open.eventSeq !== message.eventSeq) {
          open = { eventSeq: message.eventSeq, attempt: message.attempt, texts: [] };
        }
        yield* numberProblems(message, open);
        open.texts.push(message.text);
      } else {
        if (options.replacesAnswers !== true) yield* wholeProblems(message, open);
        open = undefined;
      }
    }
  }
}

function* numberProblems(message: TextMessage | ThinkingMessage, { attempt, texts }: Attempt): Generator<string> {
  if (message.chunk !== texts.length) {
    yield `expected chunk ${texts.length} of ${message.type}, found ${describe(message)} with chunk ${message.chunk}`;
  }
  if (message.attempt === undefined || message.attempt !== attempt) {
    yield `${describe(message)} has attempt ${message.attempt}, the first chunk with its eventSeq ${attempt}`;
  }
}

function* wholeProblems(whole: TextMessage | ThinkingMessage, last: Attempt | undefined): Generator<string> {
  const chunks = last?.texts.join('') ?? '';
  if (chunks !== whole.text) {
    yield `${describe(whole)} is ${JSON.stringify(whole.text)}, but its chunks make ${JSON.stringify(chunks)}`;
  }
  if (last !== undefined && whole.attempt !== undefined && whole.attempt !== last.attempt) {
    yield `${describe(whole)} is of attempt ${whole.attempt}, the chunks before it of attempt ${last.attempt}`;
  }
}

function* orderProblems(messages: readonly Message[]): Generator<string> {
  const sessions = new Set(messages.map(({ sessionId }) => sessionId));
  if (sessions.size > 1) yield `expected one session, found ${[...sessions].join(', ')}`;
  let last: Message | undefined;
  for (const message of messages) {
    if (isLoose(message)) continue;
    if (last !== undefined && message.eventSeq < last.eventSeq) {
      yield `eventSeq falls from ${describe(last)} to ${describe(message)}`;
    }
    last = message;
  }
}

/** True for messages that are shown as they come, not when an event is committed. */
function isLoose(message: Message): boolean {
  if (message.type === 'text' || message.type === 'thinking') return message.isPartial;
  return message.type === 'system' && (message.subtype === 'tool_progress' || message.subtype === 'tool_abandoned');
}

function describe(message: Message): string {
  return `${message.type} (eventSeq ${message.eventSeq})`;
}
