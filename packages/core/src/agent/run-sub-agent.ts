import type { StepContext } from '../durable.ts';
import { messageOf } from '../errors.ts';
import type { Result } from '../message.ts';
import type { ApprovalHandler, ApprovalReply } from '../permission.ts';
import type { Budget, ChildGrant } from '../session/event.ts';
import type { Ledger } from '../session/ledger.ts';
import { SessionLog } from '../session/log.ts';
import { usedByChild } from './child-usage.ts';
import type { ToolAnswer } from './execute-tool.ts';
import { forwardMessages } from './forward-messages.ts';
import { narrowPolicy } from './narrow-policy.ts';
import type { RunSettings } from './options.ts';
import { redactHook } from './redact-hook.ts';
import { RunContext } from './run-context.ts';
import { didNotRun } from './run-stopped.ts';
import type { SubAgent } from './sub-agent.ts';
import type { TaskArgs } from './task-tool.ts';

/** A task that may be given. */
export interface Task {
  readonly toolUseId: string;
  readonly args: TaskArgs;
  readonly agent: SubAgent;
  readonly childSessionId: string;
  readonly grant: ChildGrant;
}

/** What came of a task, and what it used. */
export interface TaskOutcome {
  readonly answer: ToolAnswer;
  readonly used: Ledger;
}

/**
 * Runs a sub-agent to its end, or from where an earlier process left it. It may do no more than its parent: the parent's
 * policy and approval handler decide, its hooks are called, its abort ends it. Never throws: a failure is an answer.
 */
export async function runSubAgent(parent: RunContext, task: Task, step: StepContext): Promise<TaskOutcome> {
  if (step.signal.aborted) {
    const answer = { content: didNotRun(step.signal), isError: true, outcome: 'aborted' } as const;
    return { answer, used: await usedByChild(parent, task) };
  }
  const child = childContext(parent, task);
  const onAbort = (): void => child.stop('aborted');
  step.signal.addEventListener('abort', onAbort, { once: true });
  try {
    await child.load();
    const prompt = [{ type: 'text', text: task.args.prompt }] as const;
    const isNew = child.log.state.run === undefined;
    const { result } = await parent.drive(child, isNew ? { prompt } : { approvals: new Map() });
    // Of a run that it could not take up, its state is not that of the log.
    const used = child.hasClaimed ? child.run.ledger : await usedByChild(parent, task);
    return { answer: answerOf(result), used };
  } catch (error) {
    const content = `The sub-agent could not be started: ${messageOf(error)}`;
    return { answer: { content, isError: true, outcome: 'error' }, used: await usedByChild(parent, task) };
  } finally {
    step.signal.removeEventListener('abort', onAbort);
  }
}

function childContext(parent: RunContext, task: Task): RunContext {
  const settings = childSettings(parent, task);
  return new RunContext({
    settings,
    log: new SessionLog(settings.session, task.childSessionId, redactHook(settings.hooks)),
    outbox: forwardMessages(parent.sink, task.toolUseId),
    controller: new AbortController(),
    drive: parent.drive,
    inheritedGrants: parent.grants,
    depth: parent.depth + 1,
  });
}

function childSettings({ settings, depth }: RunContext, { agent, toolUseId, grant }: Task): RunSettings {
  const {
    system: _system,
    history: _history,
    signal: _signal,
    output: _output,
    outputSpec: _outputSpec,
    task,
    onApproval,
    ...shared
  } = settings;
  const mayStartOthers = depth + 2 <= (settings.subAgentLimits?.maxDepth ?? defaultMaxDepth);
  const { system, maxOutputTokens, effort } = agent;
  return {
    ...shared,
    model: agent.model ?? settings.model,
    tools: settings.tools.filter((tool) =>
      tool === task ? mayStartOthers : agent.tools === undefined || agent.tools.includes(tool.name),
    ),
    permissions: narrowPolicy(settings.permissions, agent.permissions),
    budget: within(agent.budget ?? {}, grant),
    ...(system === undefined ? {} : { system }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(effort === undefined ? {} : { effort }),
    ...(mayStartOthers && task !== undefined ? { task } : {}),
    ...(onApproval === undefined ? {} : { onApproval: askParent(onApproval, toolUseId) }),
  };
}

const defaultMaxDepth = 1;

function within(budget: Budget, { maxCost, maxTokens }: ChildGrant): Budget {
  return {
    ...budget,
    ...(maxCost === undefined ? {} : { maxCost }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  };
}

/** Questions of a sub-agent are its parent's, and say where they come from. They are answered now or denied. */
function askParent(onApproval: ApprovalHandler, toolUseId: string): ApprovalHandler {
  return async (request): Promise<ApprovalReply> => {
    const reply = await onApproval({
      ...request,
      parentToolUseId: request.parentToolUseId ?? toolUseId,
      depth: (request.depth ?? 0) + 1,
    });
    if (reply !== 'defer') return reply;
    return { decision: 'deny', reason: 'A call of a sub-agent cannot be put off: its parent waits for it.' };
  };
}

function answerOf(result: Result): ToolAnswer {
  const { text, stopReason, limit, error, sessionId, turns, toolCalls, totalTokens, totalCost } = result;
  const display = { sessionId, stopReason, turns, toolCalls, totalTokens, totalCost: totalCost ?? null };
  if (stopReason === 'end_turn') {
    return { content: text || 'The sub-agent ended without a word.', isError: false, outcome: 'ok', display };
  }
  if (stopReason === 'aborted') return { content: 'The run was aborted.', isError: true, outcome: 'aborted', display };
  const why = error?.message ?? `it ended with ${stopReason}${limit === undefined ? '' : ` (${limit})`}`;
  const content = [text, `The sub-agent did not come to its own end: ${why}.`].filter((part) => part !== '');
  return { content: content.join('\n\n'), isError: true, outcome: 'error', display };
}
