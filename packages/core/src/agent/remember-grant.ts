import { messageOf } from '../errors.ts';
import { permissionCall } from './ask-policy.ts';
import type { Judgement, ValidCall } from './judged-call.ts';
import type { RunContext } from './run-context.ts';
import { untilAborted } from './until-aborted.ts';

/**
 * Grants what the policy suggests for a call, for the session or for good. Never more than the person was shown; what
 * could not be done is in the sentence that it returns, and costs the call nothing.
 *
 * @param shown - The suggestions that the person saw.
 */
export async function rememberGrant(
  context: RunContext,
  valid: ValidCall,
  { record, access }: Judgement,
  { remember, shown }: { readonly remember: 'session' | 'always'; readonly shown: readonly string[] },
): Promise<string | undefined> {
  const { suggestions: rules = [] } = record;
  if (rules.length === 0) return 'Nothing was remembered: there is no rule to remember for this call.';
  if (!rules.every((rule) => shown.includes(rule))) {
    return 'Nothing was remembered: the rules that were shown are not those for this call.';
  }
  const { call, key, tool, args } = valid;
  const fresh = rules.filter((rule) => !context.log.state.grants.includes(rule));
  if (fresh.length > 0) {
    const granted = context.log.freeKey(`${key}/granted`);
    await context.commit({ key: granted, type: 'grant_added', rules: fresh, toolCallId: call.id });
  }
  if (remember === 'session') return undefined;
  const { permissions } = context.settings;
  if (permissions.remember === undefined) return 'It is remembered for this session only: the policy keeps no rules.';
  try {
    const grant = { rules, call: permissionCall(context, call.id, tool, args, access) };
    await untilAborted(Promise.resolve(permissions.remember(grant)), context.signal);
    return undefined;
  } catch (error) {
    return `It is remembered for this session only, because the rules could not be kept: ${messageOf(error)}`;
  }
}
