import type { PermissionDecision, PermissionPolicy } from '../permission.ts';

const strictness = { allow: 0, ask: 1, deny: 2 } as const;

/** A policy that allows what both allow: of two decisions the stricter one counts, of equal ones the parent's. */
export function narrowPolicy(parent: PermissionPolicy, own: PermissionPolicy | undefined): PermissionPolicy {
  if (own === undefined) return parent;
  return {
    async decide(call) {
      const first = await parent.decide(call);
      if (first?.decision === 'deny') return first;
      const second = await own.decide(call);
      return isStricter(second, first) ? second : first;
    },
    offers: (tool) => (parent.offers?.(tool) ?? true) && (own.offers?.(tool) ?? true),
    ...(parent.remember === undefined ? {} : { remember: (grant) => parent.remember?.(grant) ?? Promise.resolve() }),
  };
}

/** What is no decision is stricter than any: the choke point denies it. */
function isStricter(left: PermissionDecision, right: PermissionDecision): boolean {
  const rank = ({ decision }: Partial<PermissionDecision> = {}): number =>
    decision !== undefined && Object.hasOwn(strictness, decision) ? strictness[decision] : 3;
  return rank(left) > rank(right);
}
