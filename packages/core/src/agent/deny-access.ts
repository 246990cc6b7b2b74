import type { PermissionPolicy } from '../permission.ts';

/** The policy of an agent that was given none: only calls that touch nothing may run. */
export const denyAccess: PermissionPolicy = {
  decide(call) {
    if (call.access.length === 0) return { decision: 'allow', tier: 'mode', reason: 'The call touches nothing.' };
    return {
      decision: 'deny',
      tier: 'ceiling',
      reason:
        'This agent has no permission policy, so calls that touch anything are denied. Pass `permissions` to run().',
    };
  },
};
