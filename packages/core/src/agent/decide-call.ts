import { messageOf } from '../errors.ts';
import type { Access } from '../tool.ts';
import { askPolicy, atCeiling } from './ask-policy.ts';
import type { Judgement, ValidCall } from './judged-call.ts';
import type { RunContext } from './run-context.ts';
import { untilAborted } from './until-aborted.ts';

/** What a call touches, and the policy's word on it. A tool or a policy that throws or answers nonsense is a denial. */
export async function decideCall(context: RunContext, { call, tool, args }: ValidCall): Promise<Judgement> {
  const { signal, settings } = context;
  let access: readonly Access[];
  try {
    access = await untilAborted(Promise.resolve(tool.access(args, { cwd: settings.cwd })), signal);
    const outside = access.find(({ kind }) => !tool.accessKinds.includes(kind));
    if (outside !== undefined) {
      const declared = tool.accessKinds.length === 0 ? 'none' : tool.accessKinds.join(', ');
      return denied(`The call's access "${outside.kind}" is not among those that the tool declares: ${declared}.`);
    }
  } catch (error) {
    return denied(`What the call would touch could not be worked out: ${messageOf(error)}`);
  }
  return { record: await askPolicy(context, call.id, tool, args, access), access };
}

function denied(reason: string): Judgement {
  return { record: atCeiling(reason), access: [] };
}
