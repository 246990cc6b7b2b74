import { AgentError, OptionError, type PermissionGrant } from '@harness-sdk/core';
import { isInside, quoteText } from '@harness-sdk/core/node';
import { decide } from './decide.ts';
import type { GrantStore } from './grant-store.ts';
import { parseGrant } from './granted-rules.ts';
import type { PolicySettings } from './policy-settings.ts';
import { existingRealPath } from './existing-real-path.ts';
import type { AllowRule, RuleContext } from './rule.ts';

/** What was granted for good, for one workspace. */
export interface RememberedGrants {
  /** Those in force now. */
  rules(): readonly AllowRule[];
  /** @throws AgentError `policy_invalid` for a rule that was not offered for that very call. */
  remember(grant: PermissionGrant): Promise<void>;
}

/**
 * Reads what was granted for a workspace, and keeps what will be.
 *
 * @throws OptionError where the store's file lies in the workspace, where the agent could write to it.
 * @throws AgentError `policy_invalid` where the store is broken, or holds what nobody was offered.
 */
export function openGrants(store: GrantStore, settings: PolicySettings, context: RuleContext): RememberedGrants {
  const { workspace } = context;
  const root = workspace.roots[0]?.realPath ?? '';
  checkPlace(
    store,
    workspace.roots.map(({ realPath }) => realPath),
  );
  const rules = new Map(store.read(root).map((text) => [text, readKept(store, text, context)]));
  return {
    rules: () => [...rules.values()],
    async remember({ rules: granted, call }) {
      const offered = (await decide(settings, { ...call, grants: [] })).suggestions ?? [];
      for (const text of granted) {
        if (!offered.includes(text)) throw notOffered(text, offered);
      }
      const parsed = granted.map((text) => [text, parseGrant(text, context)] as const);
      await store.add(root, granted);
      for (const [text, rule] of parsed) rules.set(text, rule);
    },
  };
}

function checkPlace({ file }: GrantStore, roots: readonly string[]): void {
  if (file === undefined) return;
  const realPath = existingRealPath(file);
  const root = roots.find((candidate) => isInside(candidate, realPath));
  if (root === undefined) return;
  throw new OptionError(
    'grants',
    `The grants are kept in ${quoteText(file)}, which lies in the workspace ${quoteText(root)}, where the agent could write to it. Keep them elsewhere: createGrantStore({ file }).`,
  );
}

function readKept({ file }: GrantStore, text: string, context: RuleContext): AllowRule {
  try {
    return parseGrant(text, context);
  } catch (error) {
    if (!AgentError.isInstance(error)) throw error;
    const place = file === undefined ? 'the grant store' : quoteText(file);
    throw new AgentError('policy_invalid', `What was granted, in ${place}, is not in order: ${error.message}`, {
      cause: error,
    });
  }
}

function notOffered(text: string, offered: readonly string[]): AgentError {
  const hint =
    offered.length === 0 ? 'Nothing may be remembered of it.' : `Offered: ${offered.map(quoteText).join(', ')}.`;
  return new AgentError(
    'policy_invalid',
    `The rule ${quoteText(text)} was not offered for this call, so that it is not remembered. ${hint}`,
  );
}
