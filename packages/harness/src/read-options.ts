import { resolve } from 'node:path';
import {
  checkOptions,
  OptionError,
  taskToolName,
  type OptionRules,
  type PermissionPolicy,
  type RunOptions as CoreRunOptions,
  type Tool,
} from '@harness-sdk/core';
import { createPolicy, type PolicyFiles } from '@harness-sdk/permissions';
import { createPriceBook } from '@harness-sdk/pricing';
import { chooseModel, type ChosenModel } from './choose-model.ts';
import { defaultTools } from './default-tools.ts';
import type { RunOptions } from './options.ts';
import { resolveCwd } from './resolve-cwd.ts';

/** Options as core takes them, with the defaults filled in; only the model is still to come. */
export interface ReadOptions {
  readonly chosen: ChosenModel;
  readonly coreOptions: Omit<CoreRunOptions, 'model'> & { readonly cwd: string; readonly tools: readonly Tool[] };
}

/**
 * Checks options and makes the parts they name. Loads and sends nothing.
 *
 * @param owner - What the options belong to, for messages.
 * @throws OptionError for an option that is unknown, wrong, or at odds with another.
 * @throws AgentError `policy_invalid` for a permission rule that cannot be honoured as written, and a policy file that is not in order.
 */
export function readOptions(owner: string, options: RunOptions, rules: OptionRules): ReadOptions {
  checkOptions(owner, options, rules);
  const { provider, model, providerSettings, permissionMode, allow, deny, ask, policy, grants, ...passedOn } = options;
  const chosen = chooseModel(owner, { provider, model, providerSettings });
  const cwd = resolveCwd(owner, options.cwd);
  const tools = options.tools ?? defaultTools({ cwd });
  const parts = { permissionMode, allow, deny, ask, policy, grants };
  const permissions = permissionsOf(owner, options.permissions, parts, { cwd, tools, agents: options.agents });
  return { chosen, coreOptions: { ...passedOn, cwd, tools, permissions, prices: options.prices ?? createPriceBook() } };
}

/** What the default policy is made of. */
interface PolicyParts {
  readonly permissionMode: RunOptions['permissionMode'];
  readonly allow: RunOptions['allow'];
  readonly deny: RunOptions['deny'];
  readonly ask: RunOptions['ask'];
  readonly policy: RunOptions['policy'];
  readonly grants: RunOptions['grants'];
}

function permissionsOf(
  owner: string,
  own: PermissionPolicy | undefined,
  parts: PolicyParts,
  {
    cwd,
    tools,
    agents,
  }: { readonly cwd: string; readonly tools: readonly Tool[]; readonly agents: RunOptions['agents'] },
): PermissionPolicy {
  if (own !== undefined) {
    checkNoParts(owner, parts);
    return own;
  }
  const { permissionMode = 'default', allow = [], deny = [], ask = [], policy = {}, grants } = parts;
  // What is no tool has no name; core says so, with its place in the list.
  const names = tools.flatMap((tool: Partial<Tool> | undefined) => tool?.name ?? []);
  const ownNames = Object.keys(agents ?? {}).length === 0 ? [] : [taskToolName];
  return createPolicy({
    root: cwd,
    mode: permissionMode,
    allow,
    deny,
    ask,
    policyFiles: policyFilesIn(cwd, policy),
    tools: [...names, ...ownNames],
    ...(grants === undefined ? {} : { grants }),
  });
}

function policyFilesIn(cwd: string, { organisation, project }: PolicyFiles): PolicyFiles {
  return {
    ...(organisation === undefined ? {} : { organisation: resolve(cwd, organisation) }),
    ...(project === undefined ? {} : { project: resolve(cwd, project) }),
  };
}

function checkNoParts(owner: string, parts: PolicyParts): void {
  const [name] = Object.entries(parts).find(([, value]) => value !== undefined) ?? [];
  if (name === undefined) return;
  const why = 'has no effect beside `permissions`, a policy of your own';
  throw new OptionError(name, `\`${name}\` of ${owner} ${why}: leave one of them out.`);
}
