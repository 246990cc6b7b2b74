import type { Message, MessageBase, SystemEvent, SystemEventData } from '../message.ts';
import type { ModelFailed, ModelFinished, SessionEvent, ToolDecided } from '../session/event.ts';
import { textOf } from '../session/change-run.ts';
import { toPendingApproval } from '../session/pending-approvals.ts';
import { repetitionLimit, repetitionNotice, type SessionState } from '../session/state.ts';
import { passedThresholds } from './passed-thresholds.ts';
import { toResult } from './to-result.ts';

/**
 * The messages that a committed event makes, in order. Pure. Tool uses are not among them: they carry validated
 * arguments, and validating is the driver's.
 */
export function toMessages(
  event: SessionEvent,
  before: SessionState,
  after: SessionState,
  sessionId: string,
): readonly Message[] {
  const base: MessageBase = { sessionId, eventSeq: event.seq };
  switch (event.type) {
    case 'run_started': {
      const { provider, id } = event.model;
      const data = { provider, model: id, tools: event.tools.map((tool) => tool.name) };
      return [system(base, event.continues ? 'session_resume' : 'session_start', data)];
    }
    case 'model_finished':
      // A summary is shown once it stands in for something.
      if (event.summarizes !== undefined) return warnings(base, before, after);
      return [...turnMessages(base, event), ...repetitions(base, after), ...warnings(base, before, after)];
    case 'model_failed':
      return [...overflows(base, event), ...retryMessages(base, event), ...warnings(base, before, after)];
    case 'model_switched': {
      const { turn, from, to, reason, error, passedOver } = event;
      return [
        system(base, 'model_switch', { turn, from, to, reason, ...(error === undefined ? {} : { error }), passedOver }),
      ];
    }
    case 'compacted': {
      const { tokensBefore, tokensAfter, summary, trigger } = event;
      return [{ type: 'compaction', tokensBefore, tokensAfter, summary, trigger, ...base }];
    }
    case 'approval_requested':
      return [system(base, 'permission_request', toPendingApproval(event))];
    case 'tool_decided':
      return decisionMessages(base, event);
    case 'tool_finished': {
      const { toolCallId: toolUseId, name, content, isError, outcome, display } = event;
      const result = { type: 'tool_result', toolUseId, name, content, isError, outcome, ...base } as const;
      return [display === undefined ? result : { ...result, display }];
    }
    case 'child_returned':
      return warnings(base, before, after);
    case 'run_finished':
      return [toResult(after, sessionId)];
    case 'steered': {
      const { turn, content } = event;
      return [system(base, 'steering_delivered', { turn, content })];
    }
    case 'prompt_added':
    case 'model_started':
    case 'approval_decided':
    case 'output_checked':
    case 'grant_added':
    case 'tool_started':
    case 'child_granted':
      return [];
  }
}

function turnMessages(base: MessageBase, event: ModelFinished): readonly Message[] {
  const { attempt, content } = event;
  const thinking = content.map((block) => (block.type === 'thinking' ? block.text : '')).join('');
  const text = textOf(content);
  const whole = { isPartial: false, attempt, ...base };
  const messages: Message[] = [];
  if (thinking !== '') messages.push({ type: 'thinking', text: thinking, ...whole });
  if (text !== '') messages.push({ type: 'text', text, ...whole });
  return messages;
}

function repetitions(base: MessageBase, { calls }: SessionState): readonly SystemEvent[] {
  return [...calls]
    .filter(({ repeats }) => repeats === repetitionNotice || repeats === repetitionLimit)
    .map(({ call, repeats }) => system(base, 'repetition', { name: call.name, count: repeats }));
}

function retryMessages(base: MessageBase, { turn, attempt, error, retryInMs }: ModelFailed): readonly SystemEvent[] {
  return retryInMs === undefined ? [] : [system(base, 'retry', { turn, attempt, delayMs: retryInMs, error })];
}

function overflows(base: MessageBase, { turn, attempt, error, summarizes }: ModelFailed): readonly SystemEvent[] {
  if (error.kind !== 'context_overflow' || summarizes !== undefined) return [];
  return [system(base, 'context_overflow', { turn, attempt, error })];
}

function warnings(base: MessageBase, before: SessionState, after: SessionState): readonly SystemEvent[] {
  if (before.run === undefined || after.run === undefined) return [];
  return passedThresholds(before.run, after.run).map((passed) => system(base, 'budget_warning', passed));
}

/** Decisions worth telling: what was denied, and what a person or a hook answered. */
function decisionMessages(
  base: MessageBase,
  { toolCallId, name, decision: record }: ToolDecided,
): readonly SystemEvent[] {
  const { decision, tier, reason, rule, source, units } = record;
  if (decision === 'ask' || (decision === 'allow' && tier !== 'approval' && tier !== 'hook')) return [];
  const data = {
    toolUseId: toolCallId,
    name,
    decision,
    tier,
    reason,
    ...(rule === undefined ? {} : { rule }),
    ...(source === undefined ? {} : { source }),
    ...(units === undefined ? {} : { units }),
  };
  return [system(base, 'permission_decision', data)];
}

function system<Subtype extends keyof SystemEventData>(
  base: MessageBase,
  subtype: Subtype,
  data: SystemEventData[Subtype],
): SystemEvent {
  // Holds because `data` belongs to `subtype`; the union does not keep the two together.
  return { type: 'system', subtype, data, ...base } as SystemEvent;
}
