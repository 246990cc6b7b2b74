import type { StepContext } from '../durable.ts';
import { messageOf } from '../errors.ts';
import { toJson, type Json } from '../json.ts';
import type { InvokeResult, Tool, ToolContext, ToolOutcome, ToolOutput, ToolReturn } from '../tool.ts';
import type { ToolCallBlock, ToolContent } from '../transcript.ts';
import { askHook, badAnswer } from './ask-hook.ts';
import { askPolicy } from './ask-policy.ts';
import { isContent } from './is-content.ts';
import { judgeCall } from './judge-call.ts';
import type { Verdict } from './judged-call.ts';
import { abandonAfterMs } from './model-reader.ts';
import type { RunContext } from './run-context.ts';
import { didNotRun } from './run-stopped.ts';

/** A call that may run. */
export interface AllowedCall {
  readonly call: ToolCallBlock;
  readonly key: string;
  readonly tool: Tool;
  readonly args: unknown;
  readonly approvedPreview?: Json;
}

/** The answer to a call. */
export interface ToolAnswer {
  readonly content: ToolContent;
  readonly isError: boolean;
  readonly outcome: ToolOutcome;
  readonly display?: Json;
}

/** Runs a tool to its answer. Never throws: what goes wrong is an answer too. */
export async function executeTool(context: RunContext, allowed: AllowedCall, step: StepContext): Promise<ToolAnswer> {
  if (step.signal.aborted) {
    return { content: didNotRun(step.signal), isError: true, outcome: 'aborted' };
  }
  return settle(context, allowed, step);
}

/** Waits for the tool and the hook behind it, but not for what ignores its signal. */
function settle(context: RunContext, allowed: AllowedCall, { signal, clock }: StepContext): Promise<ToolAnswer> {
  const { call } = allowed;
  return new Promise((resolve) => {
    let cancelTimer = (): void => undefined;
    const finish = (answer: ToolAnswer): void => {
      cancelTimer();
      signal.removeEventListener('abort', onAbort);
      resolve(answer);
    };
    const abandon = (): void => {
      void context.notify('tool_abandoned', { toolUseId: call.id, name: call.name, afterMs: abandonAfterMs });
      const content = `The run was aborted. The tool did not stop within ${abandonAfterMs} ms and was abandoned: it may still be running.`;
      finish({ content, isError: true, outcome: 'aborted' });
    };
    const onAbort = (): void => {
      cancelTimer = clock.timer(abandonAfterMs, abandon);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    void runTool(context, allowed, signal).then(finish);
  });
}

/** The tool's answer, as the after-tool hook leaves it. */
async function runTool(context: RunContext, allowed: AllowedCall, signal: AbortSignal): Promise<ToolAnswer> {
  return afterTool(context, allowed, await answerOf(context, allowed, signal), signal);
}

async function answerOf(context: RunContext, allowed: AllowedCall, signal: AbortSignal): Promise<ToolAnswer> {
  const { tool, args, call } = allowed;
  const life = { isOver: false };
  try {
    const returned = tool.execute(args, toolContext(context, allowed, signal, life));
    const answer = readOutput(tool, await outputOf(context, call, returned, signal));
    return signal.aborted ? { ...answer, isError: true, outcome: 'aborted' } : answer;
  } catch (error) {
    if (!signal.aborted) return failure(`The tool "${tool.name}" failed: ${messageOf(error)}`);
    const content = error === signal.reason ? messageOf(error) : `The run was aborted: ${messageOf(error)}`;
    return { content, isError: true, outcome: 'aborted' };
  } finally {
    life.isOver = true;
  }
}

/** The output of a tool; what a generator yields on the way is shown as progress. */
async function outputOf(
  context: RunContext,
  { id, name }: ToolCallBlock,
  returned: ToolReturn,
  signal: AbortSignal,
): Promise<unknown> {
  if (!isGenerator(returned)) return returned;
  for (;;) {
    const { done, value } = await returned.next();
    if (done === true) return value;
    if (signal.aborted) {
      await returned.return('');
      return 'The run was aborted.';
    }
    await context.notify('tool_progress', { toolUseId: id, name, progress: value });
  }
}

function isGenerator(value: ToolReturn): value is Extract<ToolReturn, AsyncGenerator> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** @throws TypeError where the output is not JSON, so that it could not be kept in the log. */
function readOutput(tool: Tool, returned: unknown): ToolAnswer {
  if (typeof returned === 'string') return { content: returned, isError: false, outcome: 'ok' };
  const output: unknown = toJson(returned);
  if (isContent(output)) return { content: output, isError: false, outcome: 'ok' };
  if (typeof output === 'object' && output !== null && 'content' in output && isContent(output.content)) {
    // `content` was just checked; the rest of a ToolOutput is optional.
    const { content, display, isError } = output as ToolOutput;
    const answer: ToolAnswer = { content, isError: isError === true, outcome: isError === true ? 'error' : 'ok' };
    return display === undefined ? answer : { ...answer, display };
  }
  return failure(
    `The tool "${tool.name}" returned something that is no tool output: expected text, an array of blocks or { content }. It may have had effects.`,
  );
}

function failure(content: string): ToolAnswer {
  return { content, isError: true, outcome: 'error' };
}

/** What the after-tool hook makes of an answer. Where it throws, nobody may see what it was to change. */
/** An answer as the after-tool hook leaves it. */
export async function afterTool(
  context: RunContext,
  { call, args }: Pick<AllowedCall, 'call' | 'args'>,
  answer: ToolAnswer,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  if (context.settings.hooks?.afterTool === undefined) return answer;
  const { content, isError, outcome } = answer;
  try {
    const hookCall = { toolUseId: call.id, name: call.name, args: toJson(args) };
    const input = { call: hookCall, result: { content, isError, outcome } };
    const changed = await askHook(context, 'afterTool', signal, input);
    return changed === undefined ? answer : changedAnswer(answer, toJson(changed));
  } catch (error) {
    return failure(`The tool "${call.name}" ran, but its result is withheld: ${messageOf(error)}`);
  }
}

/** What the after-tool hook puts in place of an answer; `display` is dropped with the content it belongs to. */
function changedAnswer(answer: ToolAnswer, changed: unknown): ToolAnswer {
  const isAnswer = typeof changed === 'object' && changed !== null && 'content' in changed;
  if (!isAnswer || !isContent(changed.content)) throw badAnswer('afterTool', 'no text and no blocks in `content`');
  const { content } = changed;
  if (!('isError' in changed) || typeof changed.isError !== 'boolean') {
    return { content, isError: answer.isError, outcome: answer.outcome };
  }
  const wasRun = answer.outcome === 'ok' || answer.outcome === 'error';
  const outcome = wasRun ? (changed.isError ? 'error' : 'ok') : answer.outcome;
  return { content, isError: changed.isError, outcome };
}

/** Whether a call is over, so that what its tool left running can start nothing in its name. */
interface CallLife {
  isOver: boolean;
}

function toolContext(context: RunContext, allowed: AllowedCall, signal: AbortSignal, life: CallLife): ToolContext {
  const { call, key, tool, args, approvedPreview } = allowed;
  const { cwd } = context.settings;
  const { sessionId } = context.log;
  let invocations = 0;
  return {
    signal,
    cwd,
    sessionId,
    toolUseId: call.id,
    idempotencyKey: `${sessionId}/${key}`,
    ...(approvedPreview === undefined ? {} : { approvedPreview }),
    permits: async (access) =>
      tool.accessKinds.includes(access.kind) &&
      (await askPolicy(context, call.id, tool, args, [access])).decision === 'allow',
    invoke: (name, invokedArgs) => {
      if (signal.aborted || life.isOver) return Promise.resolve(tooLate(signal));
      const invoked = invoke(context, allowed, signal, { name, args: invokedArgs, number: ++invocations, life });
      // For a tool that does not wait for it: where the store fails, the run hears of it by its own next event.
      invoked.catch(() => undefined);
      return invoked;
    },
  };
}

function tooLate(signal: AbortSignal): InvokeResult {
  if (signal.aborted) return { content: didNotRun(signal), isError: true, outcome: 'aborted' };
  return { content: 'Not executed: the call that asked for it is over.', isError: true, outcome: 'not_executed' };
}

/** Runs another tool inside this call, past the same judge. */
async function invoke(
  context: RunContext,
  { call, key }: AllowedCall,
  signal: AbortSignal,
  invocation: {
    readonly name: string;
    readonly args: Json;
    readonly number: number;
    readonly life: Readonly<CallLife>;
  },
): Promise<InvokeResult> {
  const { name, args, number, life } = invocation;
  const isTooLate = (): boolean => signal.aborted || life.isOver;
  const nested: ToolCallBlock = { type: 'tool_call', id: `${call.id}/${number}`, name, args };
  const nestedKey = `${key}/${number}`;
  let verdict: Verdict;
  try {
    verdict = await judgeCall(context, { call: nested, key: nestedKey, isNested: true });
  } catch (error) {
    // The run may be over as well, so that there is no log any more to write to.
    if (isTooLate()) return tooLate(signal);
    throw error;
  }
  if (verdict.type === 'parked') throw new TypeError('A nested call cannot be parked.');
  if (verdict.type === 'answered') return { content: verdict.content, isError: true, outcome: verdict.outcome };
  if (isTooLate()) return tooLate(signal);
  return runTool(context, { call: nested, key: nestedKey, tool: verdict.tool, args: verdict.args }, signal);
}
