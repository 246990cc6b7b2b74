// What folding a session costs, in microseconds an event: turns of one call, and one turn of many calls. Work that grows
// with the length of the log shows in the second half, which should cost what the first does.
//
//     node --conditions=@harness-sdk/source bench/fold.ts [events...]
import { emptyState, evolve, type EventBody, type SessionEvent, type ToolCallBlock } from '@harness-sdk/core';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [50_000, 150_000, 500_000];
const rounds = 3;

const model = { provider: 'bench', id: 'fold' };
const started: EventBody = { type: 'run_started', runId: 'r', continues: false, model, budget: {}, tools: [] };
const prompted: EventBody = { type: 'prompt_added', source: 'user', content: [{ type: 'text', text: 'Go.' }] };

const callOf = (id: string, n: number): ToolCallBlock => ({ type: 'tool_call', id, name: 'work', args: { n } });

function answered(turn: number, calls: readonly ToolCallBlock[]): EventBody {
  const usage = { input: 10, output: 5 };
  return {
    type: 'model_finished',
    turn,
    attempt: 1,
    model,
    content: calls,
    stop: 'tool_calls',
    usage,
    isLastTurn: false,
  };
}

function* eventsOfCall(toolCallId: string, decision: 'allow' | 'deny'): Generator<EventBody> {
  const name = 'work';
  yield { type: 'tool_decided', toolCallId, name, decision: { decision, tier: 'mode', reason: 'So it is.' } };
  yield { type: 'tool_started', toolCallId, name, effect: 'once' };
  yield { type: 'tool_finished', toolCallId, name, content: 'done', isError: false, outcome: 'ok' };
}

/** Five events a turn; one call in ten is denied. */
function* shortTurns(): Generator<EventBody> {
  for (let turn = 1; ; turn++) {
    yield { type: 'model_started', turn, attempt: 1, model, isLastTurn: false };
    yield answered(turn, [callOf(`call_${turn}`, turn)]);
    yield* eventsOfCall(`call_${turn}`, turn % 10 === 0 ? 'deny' : 'allow');
  }
}

/** One turn with all the calls. */
function* longTurn(count: number): Generator<EventBody> {
  const calls = Array.from({ length: Math.ceil(count / 3) }, (_, index) => callOf(`call_${index}`, index));
  yield answered(1, calls);
  for (const { id } of calls) yield* eventsOfCall(id, 'allow');
}

function* withStart(bodies: Iterable<EventBody>): Generator<EventBody> {
  yield* [started, prompted];
  yield* bodies;
}

function logOf(bodies: Iterable<EventBody>, count: number): readonly SessionEvent[] {
  const events: SessionEvent[] = [];
  for (const body of withStart(bodies)) {
    const seq = events.length + 1;
    if (seq > count) break;
    events.push({ v: 1, seq, at: seq, key: `k${seq}`, ...body });
  }
  return events;
}

/** Milliseconds of both halves. The event that brings all the calls of a long turn is in the first. */
function timeFold(events: readonly SessionEvent[]): readonly [number, number] {
  const middle = Math.floor(events.length / 2);
  let state = emptyState;
  const start = performance.now();
  for (const event of events.slice(0, middle)) state = evolve(state, event);
  const half = performance.now();
  for (const event of events.slice(middle)) state = evolve(state, event);
  return [half - start, performance.now() - half];
}

for (const [shape, bodiesOf] of [
  ['turns of one call', shortTurns],
  ['one turn', longTurn],
] as const) {
  for (const size of sizes) {
    const events = logOf(bodiesOf(size), size);
    const times = Array.from({ length: rounds }, () => timeFold(events));
    const [first, second] = times.toSorted((left, right) => left[0] + left[1] - right[0] - right[1])[0] ?? [0, 0];
    const perEvent = ((first + second) * 1_000) / events.length;
    const figures = `${(first + second).toFixed(0)} ms, ${perEvent.toFixed(2)} µs an event`;
    console.log(`${shape}: ${events.length} events, ${figures}, second half / first ${(second / first).toFixed(2)}`);
  }
}
