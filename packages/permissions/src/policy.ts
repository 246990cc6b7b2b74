import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import {
  OptionError,
  checkOptions,
  type PermissionCall,
  type PermissionDecision,
  type PermissionPolicy,
  type PermissionTool,
} from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import { decide } from './decide.ts';
import { permissionModes, type PermissionMode } from './mode.ts';
import { offers } from './offers.ts';
import type { PolicySettings } from './policy-settings.ts';
import { parseAllowRule, parseRestrictingRule, type RuleContext } from './rule.ts';

/** What {@link createPolicy} takes. */
export interface PolicyOptions {
  /** Directory of the workspace, absolute. It may be a link; where it leads is settled when the policy is made. */
  readonly root: string;
  /** Further directories that tools may touch, absolute. Default none. */
  readonly extraRoots?: readonly string[];
  /** Default `default`. */
  readonly mode?: PermissionMode;
  /** Rules for calls that need no question. They never cover what a deny or ask rule is about. */
  readonly allow?: readonly string[];
  /** Rules for calls that must not run, in any mode. */
  readonly deny?: readonly string[];
  /** Rules for calls that a person decides on, in any mode. */
  readonly ask?: readonly string[];
  /** What `~/` means in a rule, absolute. Default: the user's home directory. */
  readonly home?: string;
  /** Names of all tools there are. Given, a rule that names another is an error. */
  readonly tools?: readonly string[];
}

/** A permission policy that can also say why. */
export interface Policy extends PermissionPolicy {
  /**
   * Decides on a call. Never rejects: what is malformed is denied.
   *
   * The order of the rules does not matter: ceilings, then deny, ask and allow rules, then the mode.
   */
  decide(call: PermissionCall): Promise<PermissionDecision>;
  /** What `decide` would answer, and why. It is the same function, so that the answer cannot differ. */
  explain(call: PermissionCall): Promise<PermissionDecision>;
  /** False for a tool that could only be denied, by plan mode or by a rule about the whole of it. */
  offers(tool: PermissionTool): boolean;
}

/**
 * Makes a permission policy of a mode and of rules.
 *
 * Decisions rest on what a call touches, not on the name of its tool. What a tool leaves out about it counts as the
 * worst it could be.
 *
 * @throws OptionError for an unknown option, or a root that is not a directory.
 * @throws AgentError `policy_invalid` for a rule that cannot be honoured exactly as written.
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
  const settings = toSettings(options);
  const answer = async (call: PermissionCall): Promise<PermissionDecision> => await decide(settings, call);
  return { decide: answer, explain: answer, offers: (tool) => offers(settings, tool) };
}

function toSettings(options: PolicyOptions): PolicySettings {
  checkPolicyOptions(options);
  const { root, extraRoots, mode = 'default', allow = [], deny = [], ask = [], tools } = options;
  const workspace = createWorkspace({ root, ...(extraRoots === undefined ? {} : { extraRoots }) });
  const context: RuleContext = { workspace, homes: homesOf(options.home), ...(tools === undefined ? {} : { tools }) };
  return {
    mode,
    workspace,
    deny: deny.map((text) => parseRestrictingRule('deny', text, context)),
    ask: ask.map((text) => parseRestrictingRule('ask', text, context)),
    allow: allow.map((text) => parseAllowRule(text, context)),
  };
}

function checkPolicyOptions(options: PolicyOptions): void {
  checkOptions('createPolicy', options, {
    root: { type: 'string', required: true },
    extraRoots: { type: 'array' },
    mode: { oneOf: permissionModes },
    allow: { type: 'array' },
    deny: { type: 'array' },
    ask: { type: 'array' },
    home: { type: 'string' },
    tools: { type: 'array' },
  });
  for (const name of ['extraRoots', 'allow', 'deny', 'ask', 'tools'] as const) {
    const wrong = options[name]?.findIndex((value: unknown) => typeof value !== 'string') ?? -1;
    if (wrong < 0) continue;
    throw new OptionError(`${name}[${wrong}]`, `Expected \`${name}\` of createPolicy to hold strings only.`);
  }
  const directories = { root: options.root, home: options.home ?? '/' };
  for (const [name, path] of Object.entries(directories)) checkAbsolute(name, path);
  for (const [index, path] of (options.extraRoots ?? []).entries()) checkAbsolute(`extraRoots[${index}]`, path);
}

function checkAbsolute(option: string, path: string): void {
  if (isAbsolute(path)) return;
  throw new OptionError(
    option,
    `Expected \`${option}\` of createPolicy to be an absolute path, got ${JSON.stringify(path)}.`,
  );
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
