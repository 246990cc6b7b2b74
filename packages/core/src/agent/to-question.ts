import { canonicalJson } from '../canonical-json.ts';
import { messageOf } from '../errors.ts';
import { toJson } from '../json.ts';
import type { ApprovalRequested } from '../session/event.ts';
import type { Access } from '../tool.ts';
import type { Judgement, ValidCall } from './judged-call.ts';
import type { RunContext } from './run-context.ts';
import { sha256 } from './sha256.ts';
import { untilAborted } from './until-aborted.ts';

/** The question about a call, as it is logged; or why there is none to put. */
export async function toQuestion(
  context: RunContext,
  valid: ValidCall,
  { record, access }: Judgement,
): Promise<ApprovalRequested | { readonly problem: string }> {
  const { call, isNested } = valid;
  let shown: Preview & Pick<ApprovalRequested, 'args' | 'access'>;
  try {
    const args = toJson(valid.args);
    // The copy has the shape of what it copies.
    shown = { args, access: toJson(access) as unknown as readonly Access[], ...(await previewOf(context, valid)) };
  } catch (error) {
    return { problem: `The call cannot be shown to the person who is to decide: ${messageOf(error)}` };
  }
  return {
    type: 'approval_requested',
    toolCallId: call.id,
    name: call.name,
    ...shown,
    decision: record,
    fingerprint: await fingerprintOf(context, valid, shown),
    ...(isNested === undefined ? {} : { isNested }),
  };
}

type Preview = Pick<ApprovalRequested, 'preview' | 'previewError'>;

/** What the tool says the call would do. Where it cannot say, the person decides without. */
async function previewOf({ signal, settings }: RunContext, { tool, args }: ValidCall): Promise<Preview> {
  if (tool.preview === undefined) return {};
  try {
    const shown = Promise.resolve(tool.preview(args, { cwd: settings.cwd, signal }));
    return { preview: toJson(await untilAborted(shown, signal)) };
  } catch (error) {
    return { previewError: messageOf(error) };
  }
}

async function fingerprintOf(
  { settings }: RunContext,
  { tool: { name, inputSchema, accessKinds, effect } }: ValidCall,
  shown: Preview & Pick<ApprovalRequested, 'args' | 'access'>,
): Promise<string> {
  const tool = { name, inputSchema, accessKinds, effect };
  return sha256(canonicalJson({ tool, cwd: settings.cwd, ...shown }));
}
