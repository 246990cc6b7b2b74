import assert from 'node:assert/strict';
import { AgentError } from '../src/errors.ts';
import type { ModelRequest } from '../src/model.ts';
import type { ModelFinished, SessionEvent } from '../src/session/event.ts';
import { emptyState, evolve, type SessionState } from '../src/session/state.ts';
import { checkStream } from '../src/testing/index.ts';
import type { ToolCallBlock } from '../src/transcript.ts';
import { addUsage, totalTokens, type Usage } from '../src/usage.ts';
import { mostModelCalls, type PlayedRun, type PlayOptions } from './play-plan.ts';

type EventOf<Type extends SessionEvent['type']> = Extract<SessionEvent, { readonly type: Type }>;

/**
 * Checks all that must hold after any run, whatever went wrong in it.
 *
 * @throws AssertionError
 */
export function checkRun(played: PlayedRun, { resumeFrom = [] }: PlayOptions = {}): void {
  const isContinuation = resumeFrom.length > 0;
  if (played.wasReadToItsEnd) {
    checkStream(played.messages, { isContinuation, replacesAnswers: played.plan.hooks.includes('replace') });
    checkEnd(played);
  }
  checkLeftovers(played);
  assert.ok(played.requests.length < mostModelCalls, 'Expected a run that comes to an end.');
  checkRequests(played.requests);
  checkLog(played, resumeFrom.length);
  checkExecutions(played, resumeFrom);
  if (played.hasStoreFailed || played.hasConflicted || played.events.length === resumeFrom.length) return;
  checkTotals(played);
  checkRepetition(played);
  if (!isContinuation) checkBroken(played);
}

function checkEnd({ result, thrown }: PlayedRun): void {
  if (result?.stopReason === 'error') {
    assert.ok(
      AgentError.isInstance(thrown),
      `Expected the iterator to throw the error of the run, got ${String(thrown)}.`,
    );
    assert.equal(thrown.code, result.error?.code);
    assert.deepEqual(thrown.result, result);
  } else {
    assert.equal(thrown, undefined);
  }
}

function checkLeftovers({ lateModelCalls, openStreams, pendingTimers, listeners, plan }: PlayedRun): void {
  assert.equal(lateModelCalls, 0, 'Expected no model call after the run was stopped.');
  const isStuck = plan.fault.kind === 'model' && plan.fault.act.kind === 'hangIgnoringAbort';
  if (!isStuck) assert.equal(openStreams, 0, 'Expected no open stream.');
  assert.equal(pendingTimers, 0, 'Expected no timer that is still to fire.');
  assert.equal(listeners, 0, 'Expected no listener on the signal of the caller.');
}

/** Every request could be sent to a provider: each call is answered right behind it, in order, and nothing else is. */
export function checkRequests(requests: readonly ModelRequest[]): void {
  for (const { messages } of requests) {
    assert.equal(messages[0]?.role, 'user', 'Expected a request that begins with the user.');
    const ids: string[] = [];
    for (const [index, message] of messages.entries()) {
      const before = messages[index - 1];
      const asked = before?.role === 'assistant' ? callsOf(before.content).map(({ id }) => id) : [];
      const answered = message.role === 'tool' ? message.content.map(({ toolCallId }) => toolCallId) : [];
      assert.deepEqual(answered, asked, 'Expected each call to be answered right behind it, in order.');
      if (message.role === 'assistant') {
        assert.ok(message.content.length > 0, 'Expected no empty assistant message.');
        ids.push(...callsOf(message.content).map(({ id }) => id));
      }
    }
    const last = messages.at(-1);
    assert.ok(last?.role !== 'assistant' || callsOf(last.content).length === 0, 'Expected no unanswered call.');
    assert.equal(new Set(ids).size, ids.length, 'Expected ids of calls that are unique in the session.');
    assert.ok(!ids.includes(''), 'Expected no empty id.');
  }
}

function callsOf(content: ModelFinished['content']): readonly ToolCallBlock[] {
  return content.filter((block) => block.type === 'tool_call');
}

/** True for the end of a turn; a call that writes a summary is none. */
function isTurn(event: SessionEvent): event is EventOf<'model_finished'> {
  return event.type === 'model_finished' && event.summarizes === undefined;
}

/** The state that a log folds to. */
export function fold(events: readonly SessionEvent[]): SessionState {
  return events.reduce(evolve, emptyState);
}

function checkLog({ events, liveState, hasStoreFailed, hasConflicted }: PlayedRun, before: number): void {
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_event, index) => index + 1),
    'Expected events without a gap.',
  );
  const keys = events.map(({ key }) => key);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  if (!hasStoreFailed) assert.deepEqual(twice, [], 'Expected each key once.');
  checkAttempts(events, before > 0);
  const hasClaimed = events.length > before;
  if (hasStoreFailed || hasConflicted || !hasClaimed) return;
  assert.ok(liveState !== undefined);
  assert.deepEqual(plain(fold(events)), plain(liveState), 'Expected the log to fold to the state of the run.');
  checkAnswers(events);
  const ends = events.filter((event) => event.type === 'run_finished' && event.stopReason !== 'approval_required');
  const isWaiting = fold(events).run?.end?.stopReason === 'approval_required';
  assert.equal(ends.length, isWaiting ? 0 : 1, 'Expected one end in the log, besides those in which it waited.');
  assert.equal(events.at(-1)?.type, 'run_finished', 'Expected nothing after the end.');
}

function plain(state: SessionState): unknown {
  return JSON.parse(JSON.stringify(state));
}

/** Each call of the log has its one answer, after it; in a run that waits, those that wait have none yet. */
function checkAnswers(events: readonly SessionEvent[]): void {
  const asked = events.flatMap((event) =>
    isTurn(event) && event.stop !== 'refusal' ? callsOf(event.content).map(({ id }) => id) : [],
  );
  const answered = events.flatMap((event) => (event.type === 'tool_finished' ? [event.toolCallId] : []));
  const { run, calls } = fold(events);
  const open = Array.from(calls.open(), ({ call: { id } }) => id);
  const isWaiting = run?.end?.stopReason === 'approval_required';
  assert.equal(isWaiting, open.length > 0, 'Expected calls without an answer where the run waits, and only there.');
  assert.deepEqual(
    [...answered, ...open].toSorted(),
    asked.toSorted(),
    'Expected one answer in the log for each call in it.',
  );
}

/** Turns count up; attempts at a turn count up from 1, and each ends before the next begins. */
function checkAttempts(events: readonly SessionEvent[], isContinuation: boolean): void {
  let turn = 0;
  let attempt = 0;
  let isOpen = false;
  for (const event of events) {
    if ('summarizes' in event) continue;
    if (event.type === 'model_started') {
      const isRetry = event.turn === turn;
      assert.equal(event.turn, isRetry ? turn : turn + 1, 'Expected the next turn.');
      assert.equal(event.attempt, isRetry ? attempt + 1 : 1, 'Expected the next attempt.');
      assert.ok(!isOpen || isContinuation, 'Expected the attempt before to have ended.');
      [turn, attempt, isOpen] = [event.turn, event.attempt, true];
    } else if (event.type === 'model_finished' || event.type === 'model_failed') {
      assert.ok(isOpen, 'Expected an attempt that was started.');
      assert.deepEqual([event.turn, event.attempt], [turn, attempt]);
      isOpen = false;
    }
  }
}

/** No tool ran that must not, and none ran twice. */
function checkExecutions({ events, executed }: PlayedRun, resumeFrom: readonly SessionEvent[]): void {
  const own = executed.filter((id) => !/\/\d+$/.test(id) || isAsked(events, id));
  assert.equal(new Set(own).size, own.length, 'Expected each call to run at most once.');
  for (const id of own) {
    const asking = events.find(
      (event): event is EventOf<'model_finished'> =>
        event.type === 'model_finished' && callsOf(event.content).some((block) => block.id === id),
    );
    assert.ok(asking !== undefined, `Expected the call ${id} that ran to be in the log.`);
    const block = callsOf(asking.content).find((candidate) => candidate.id === id);
    assert.ok(block?.argsError === undefined, 'Expected no call to run whose arguments do not parse.');
    assert.ok(asking.stop !== 'refusal', 'Expected no call of a refused answer to run.');
    assert.ok(!asking.isLastTurn, 'Expected no call of the turn that was kept back to run.');
    const isCutOff = asking.stop === 'length' && asking.content.at(-1) === block;
    assert.ok(!isCutOff, 'Expected no call to run that the output limit cut off.');
  }
  const mayNotRunAgain = new Set(
    resumeFrom.flatMap((event) => {
      if (event.type === 'tool_finished') return [event.toolCallId];
      return event.type === 'tool_started' && event.effect === 'once' ? [event.toolCallId] : [];
    }),
  );
  for (const id of executed) assert.ok(!mayNotRunAgain.has(id), `Expected the call ${id} not to run again.`);
}

function isAsked(events: readonly SessionEvent[], id: string): boolean {
  return events.some(
    (event) => event.type === 'model_finished' && callsOf(event.content).some((block) => block.id === id),
  );
}

/** The sums of the Result are those of the events. */
function checkTotals({ events, result, plan }: PlayedRun): void {
  if (result === undefined) return;
  const finished = events.filter(isTurn);
  const attempts = events.filter((event) => event.type === 'model_finished' || event.type === 'model_failed');
  const usage = attempts.reduce<Usage>((sum, event) => addUsage(sum, event.usage ?? {}), {});
  assert.deepEqual(result.usage, usage, 'Expected the usage of all attempts.');
  assert.equal(result.totalTokens, totalTokens(usage));
  assert.equal(result.turns, finished.length);
  assert.ok(finished.length <= (plan.budget.maxTurns ?? Infinity), 'Expected no more turns than the budget has.');
  const calls = finished.flatMap(({ stop, content }) => (stop === 'refusal' ? [] : callsOf(content)));
  assert.equal(result.toolCalls, calls.length);
  const denied = result.denials.map(({ toolUseId }) => toolUseId);
  assert.equal(new Set(denied).size, denied.length, 'Expected each denied call once among the denials.');
  checkCost(events, attempts, result);
}

/** Every broken stream counts as billed, unless its attempt was left open in the log. */
function checkBroken({ events, brokenStreams }: PlayedRun): void {
  const started = events.filter(({ type }) => type === 'model_started').length;
  const finished = events.filter(({ type }) => type === 'model_finished').length;
  const free = events.filter((event) => event.type === 'model_failed' && !event.wasBilled).length;
  assert.ok(started - finished - free >= brokenStreams, 'Expected a stream that broke off to count as billed.');
}

/** The fifth call in a row that is the same never runs, and ends the run. */
function checkRepetition({ events, result }: PlayedRun): void {
  let streak = 0;
  let last = '';
  let isOver = false;
  for (const event of events) {
    if (event.type === 'prompt_added') [streak, last] = [0, ''];
    if (!isTurn(event) || event.stop === 'refusal') continue;
    for (const { name, args, rawArgs } of callsOf(event.content)) {
      const signature = JSON.stringify([name, args, rawArgs]);
      [streak, last] = [signature === last ? streak + 1 : 1, signature];
      isOver ||= streak === 5 && !event.isLastTurn;
    }
  }
  const mayEnd = ['repetition', 'aborted', 'error', 'max_turns', 'max_output'];
  if (isOver) assert.ok(mayEnd.includes(result?.stopReason ?? 'aborted'), `Expected an end by repetition.`);
  else assert.notEqual(result?.stopReason, 'repetition', 'Expected no end by repetition.');
}

function checkCost(
  events: readonly SessionEvent[],
  attempts: readonly (EventOf<'model_finished'> | EventOf<'model_failed'>)[],
  result: NonNullable<PlayedRun['result']>,
): void {
  const started = events.filter((event) => event.type === 'model_started').length;
  const isUnknown =
    attempts.some((event) => event.price === undefined && (event.type === 'model_finished' || event.wasBilled)) ||
    (started > attempts.length && events.every((event) => event.type !== 'model_started' || event.worstCaseUsd !== 0));
  const sum = attempts.reduce((usd, { price }) => usd + (price?.usd ?? 0), 0);
  const difference = (result.totalCost ?? Number.NaN) - sum;
  const isRight = isUnknown ? result.totalCost === undefined : Math.abs(difference) < 1e-12;
  assert.ok(isRight, `Expected a cost of ${isUnknown ? 'undefined' : sum}, got ${result.totalCost}.`);
  assert.equal(result.cost?.usd, result.totalCost);
  const shares = Object.values(result.usageByModel);
  assert.deepEqual(
    shares.reduce<Usage>((usage, share) => addUsage(usage, share.usage), {}),
    result.usage,
  );
}
