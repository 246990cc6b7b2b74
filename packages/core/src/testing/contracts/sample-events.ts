import type { Json } from '../../json.ts';
import { eventVersion } from '../../session/event.ts';
import type { EventBody, SessionEvent } from '../../session/event.ts';

const model = { provider: 'scripted', id: 'scripted-1' };
const usage = {
  input: 12,
  cacheRead: 3,
  cacheWrites: [{ ttl: '5m', tokens: 4 }],
  output: 5,
  reasoning: 2,
  raw: { n: null },
};
const error = { code: 'model_failed', message: 'Too many requests.', kind: 'rate_limit', statusCode: 429 } as const;

/** An event of every type, so that none can be forgotten by a store that knows them. */
const bodies: { readonly [Type in EventBody['type']]: Extract<EventBody, { readonly type: Type }> } = {
  run_started: {
    type: 'run_started',
    runId: 'run-1',
    continues: false,
    model,
    budget: { maxCost: 0.1, maxTurns: 3, warnAt: [0.5] },
    compaction: { baseTokens: 7, contextWindow: 200_000, keepTokens: 5_000, summarizer: {} },
    tools: [{ name: 'Read', accessKinds: ['read'], effect: 'none' }],
    history: [{ role: 'user', content: [{ type: 'image', mediaType: 'image/png', data: 'AA==' }] }],
  },
  prompt_added: { type: 'prompt_added', content: [{ type: 'text', text: 'Hi' }], source: 'user' },
  steered: { type: 'steered', content: [{ type: 'text', text: 'Be brief.' }], turn: 1 },
  model_started: { type: 'model_started', turn: 1, attempt: 1, model, isLastTurn: false },
  model_failed: {
    type: 'model_failed',
    turn: 1,
    attempt: 1,
    model,
    error,
    wasBilled: true,
    usage,
    price: { usd: 1e-7, basis: 'catalog', asOf: '2026-01-01' },
    retryInMs: 500,
  },
  model_finished: {
    type: 'model_finished',
    turn: 1,
    attempt: 2,
    model,
    content: [
      { type: 'thinking', text: '', native: { signature: 'c2ln' } },
      { type: 'text', text: 'Let me see.' },
      { type: 'tool_call', id: 'call_1', name: 'Read', args: { file_path: 'a', lines: [1, 2.5] } },
      { type: 'tool_call', id: 'call_2', name: 'Read', rawArgs: '{"a":', argsError: 'Unexpected end' },
      { type: 'opaque', kind: 'search', native: [] },
    ],
    stop: 'tool_calls',
    rawStop: 'tool_use',
    usage,
    responseId: 'response-1',
    isLastTurn: false,
  },
  model_switched: {
    type: 'model_switched',
    turn: 1,
    attempt: 2,
    from: model,
    to: { provider: 'scripted', id: 'scripted-2' },
    reason: 'failure',
    error,
    passedOver: [{ provider: 'scripted', id: 'scripted-3', reason: 'unpriced' }],
    compaction: { baseTokens: 7 },
  },
  output_checked: {
    type: 'output_checked',
    turn: 1,
    issues: [{ path: 'n', message: 'expected number (received: "x")' }],
    content: [{ type: 'text', text: 'Mend it.' }],
  },
  tool_decided: {
    type: 'tool_decided',
    toolCallId: 'call_1',
    name: 'Read',
    decision: { decision: 'allow', tier: 'mode', reason: 'Reads are allowed.' },
    args: { file_path: 'a' },
  },
  approval_requested: {
    type: 'approval_requested',
    toolCallId: 'call_1',
    name: 'Read',
    args: { file_path: 'a' },
    access: [{ kind: 'read', path: 'a' }],
    decision: {
      decision: 'ask',
      tier: 'ask',
      rule: 'Read',
      reason: 'Asked for.',
      units: [{ text: 'a', decision: 'ask' }],
      suggestions: ['Read(a)'],
    },
    preview: { diff: '' },
    fingerprint: 'abc',
  },
  approval_decided: {
    type: 'approval_decided',
    toolCallId: 'call_1',
    decision: 'allow',
    reason: 'Fine.',
    by: 'handler',
    remember: 'session',
  },
  grant_added: { type: 'grant_added', rules: ['Read(a)'], toolCallId: 'call_1' },
  tool_started: { type: 'tool_started', toolCallId: 'call_1', name: 'Read', effect: 'once' },
  tool_finished: {
    type: 'tool_finished',
    toolCallId: 'call_1',
    name: 'Read',
    content: [{ type: 'text', text: 'hello' }],
    isError: false,
    outcome: 'ok',
    display: { table: [[true, false, null]] },
  },
  compacted: {
    type: 'compacted',
    trigger: 'threshold',
    summary: '## Goal\nSay hi.',
    by: 'model',
    head: [{ at: 0 }],
    tail: [{ at: 3, shortened: { role: 'user', content: [{ type: 'text', text: 'Hi […]' }] } }, { at: 4 }],
    tokensBefore: 9_000,
    tokensAfter: 1_000,
  },
  child_granted: {
    type: 'child_granted',
    toolCallId: 'call_1',
    agent: 'explorer',
    childSessionId: 's/call_1',
    grant: { maxCost: 0.05, maxTokens: 1_000 },
  },
  child_returned: {
    type: 'child_returned',
    toolCallId: 'call_1',
    childSessionId: 's/call_1',
    used: {
      usage: { input: 10, output: 2 },
      cost: { usd: 1e-6, basis: 'catalog', asOf: '2026-01-01' },
      knownUsd: 1e-6,
      reservedUsd: 0,
      reservedTokens: 0,
      byModel: {
        'scripted/scripted-1': { provider: 'scripted', model: 'scripted-1', calls: 1, usage: { input: 10, output: 2 } },
      },
    },
  },
  run_finished: { type: 'run_finished', runId: 'run-1', stopReason: 'budget', limit: 'maxCost' },
};

/** One event of every type, numbered on from `after`. */
export function eventsOfEveryType(after: number = 0): readonly SessionEvent[] {
  return Object.values(bodies).map((body, index) => ({ ...place(after + index + 1), ...body }));
}

/** `count` prompts, numbered on from `after`. */
export function prompts(count: number, after: number = 0, text: string = 'Hi'): readonly SessionEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    ...place(after + index + 1),
    type: 'prompt_added',
    content: [{ type: 'text', text: `${text} ${after + index + 1}` }],
    source: 'user',
  }));
}

/** One event that holds any JSON. */
export function eventWith(display: Json): SessionEvent {
  return { ...place(1), ...bodies.tool_finished, display };
}

function place(seq: number): Pick<SessionEvent, 'v' | 'seq' | 'at' | 'key'> {
  return { v: eventVersion, seq, at: Date.UTC(2026, 0, 1) + seq, key: `event/${seq}` };
}
