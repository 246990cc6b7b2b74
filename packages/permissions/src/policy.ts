import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import type {
  PermissionCall,
  PermissionDecision,
  PermissionGrant,
  PermissionPolicy,
  PermissionTool,
} from '@harness-sdk/core';
import { createWorkspace, type Workspace } from '@harness-sdk/core/node';
import { answerCall, explainCall, type StandingPolicy } from './answer-call.ts';
import type { Explanation } from './explanation.ts';
import { createGrantReader } from './granted-rules.ts';
import { lintRules } from './lint-rules.ts';
import { loadPolicyFile } from './load-policy-file.ts';
import { offers } from './offers.ts';
import type { PolicyFile } from './policy-file.ts';
import { checkPolicyOptions, type PolicyFiles, type PolicyOptions } from './policy-options.ts';
import { openGrants } from './remembered-grants.ts';
import type { AllowRule, RuleContext } from './rule.ts';
import type { RuleWarning } from './rule-warning.ts';
import { toSettings } from './to-settings.ts';

/** A permission policy that can also say why. */
export interface Policy extends PermissionPolicy {
  /**
   * Decides on a call. Never rejects: what is malformed is denied.
   *
   * The order of the rules does not matter: ceilings, then deny, ask and allow rules, then the defaults of policy files,
   * then the mode.
   */
  decide(call: PermissionCall): Promise<PermissionDecision>;
  /** What `decide` answers, and what it is made of. Both ask the same function, so that they cannot differ. */
  explain(call: PermissionCall): Promise<Explanation>;
  /** False for a tool that could only be denied, by plan mode or by a rule about the whole of it. */
  offers(tool: PermissionTool): boolean;
  /** Rules that do not do what whoever wrote them may think. They change no decision; show them to people. */
  readonly warnings: readonly RuleWarning[];
  /**
   * Keeps rules for later sessions. Only there with the option `grants`.
   *
   * @throws AgentError `policy_invalid` for a rule that is not among the suggestions for that very call.
   */
  remember?(grant: PermissionGrant): Promise<void>;
}

/**
 * Makes a permission policy of a mode and of rules.
 *
 * Decisions rest on what a call touches, not on the name of its tool. What a tool leaves out about it counts as the
 * worst it could be.
 *
 * @throws OptionError for an unknown option, or a root that is not a directory.
 * @throws AgentError `policy_invalid` for a rule that cannot be honoured exactly as written, and for grants that cannot be
 * read; `PolicyFileError` for a policy file.
 *
 * @example
 * const policy = createPolicy({
 *   root: process.cwd(),
 *   mode: 'acceptEdits',
 *   allow: ['Bash'],
 *   deny: ['Read(.env*)'],
 * });
 */
export function createPolicy(options: PolicyOptions): Policy {
  checkPolicyOptions(options);
  const { root, extraRoots, tools } = options;
  const workspace = createWorkspace({ root, ...(extraRoots === undefined ? {} : { extraRoots }) });
  const context: RuleContext = { workspace, homes: homesOf(options.home), ...(tools === undefined ? {} : { tools }) };
  const standing = readStanding(options, context);
  const kept = options.grants === undefined ? undefined : openGrants(options.grants, standing.enforced, context);
  const inSession = createGrantReader(context);
  const granted = (call: PermissionCall): readonly AllowRule[] => [...(kept?.rules() ?? []), ...inSession(call)];
  return {
    decide: async (call) => await answerCall(standing, granted(call), call),
    explain: async (call) => await explainCall(standing, granted(call), call),
    warnings: lintRules(standing.simulated ?? standing.enforced, context),
    offers: (tool) => offers(standing.enforced, tool),
    ...(kept === undefined ? {} : { remember: async (grant: PermissionGrant) => await kept.remember(grant) }),
  };
}

function readStanding(options: PolicyOptions, context: RuleContext): StandingPolicy {
  const { mode = 'default', allow = [], deny = [], ask = [] } = options;
  const files = loadFiles(options.policyFiles, context.workspace);
  const parts = { mode, allow, deny, ask, context };
  // What is only simulated is not to be changed unasked either.
  const policyFiles = new Set(files.map(({ path }) => path));
  const enforced = { ...toSettings({ ...parts, files: files.filter(({ simulate }) => !simulate) }), policyFiles };
  return files.some(({ simulate }) => simulate)
    ? { enforced, simulated: toSettings({ ...parts, files }) }
    : { enforced };
}

function loadFiles({ organisation, project }: PolicyFiles = {}, workspace: Workspace): readonly PolicyFile[] {
  const roots = workspace.roots.map(({ path }) => path);
  return [
    ...(organisation === undefined ? [] : loadPolicyFile(organisation, { scope: 'organisation', roots })),
    ...(project === undefined ? [] : loadPolicyFile(project, { scope: 'project', roots })),
  ];
}

/** The home directory by its name and, where that is a link, by its real one. */
function homesOf(home: string = homedir()): readonly string[] {
  try {
    return [...new Set([home, realpathSync.native(home)])];
  } catch {
    // ENOENT or EACCES: a home that is not there has one name only.
    return [home];
  }
}
