import { AgentError, type PermissionCall } from '@harness-sdk/core';
import { failFor } from './fail.ts';
import { literalOf } from './glob.ts';
import { parsePathPattern } from './path-pattern.ts';
import { parseAllowRule, type AllowRule, type RuleContext } from './rule.ts';
import { isLauncher, neverByWildcard } from './shell/launchers.ts';
import type { ShellPattern } from './shell/shell-rule.ts';
import { isWrapper } from './shell/wrappers.ts';
import { wideNames } from './suggestions.ts';

/**
 * Reads a rule that a person granted.
 *
 * @throws AgentError `policy_invalid` for what no question offers: whole tools that touch anything, and paths with
 * wildcards.
 */
export function parseGrant(text: string, context: RuleContext): AllowRule {
  const rule = parseAllowRule(text, context);
  const fail = failFor('allow', text);
  const [, name = text, spec] = /^([\w-]+)\((.*)\)$/s.exec(text) ?? [];
  if (wideNames.has(name) && (spec === undefined || spec === '*')) fail(`granting all of ${name} is not offered.`);
  if (rule.family !== undefined && spec !== undefined && !isOnePath(spec, context)) {
    fail('only single paths are granted, spelled out from a root.');
  }
  if (rule.commands?.isPrefix === true && isTooOpen(rule.commands)) {
    fail('programs that run others are granted by the whole command only.');
  }
  return { ...rule, isGranted: true };
}

/** A wildcard behind a program that runs other programs, or a program that is not spelled out. */
function isTooOpen({ words: [first] }: ShellPattern): boolean {
  if (first?.type !== 'literal') return true;
  const program = first.text.split('/').at(-1) ?? '';
  return isLauncher(program) || isWrapper(program) || neverByWildcard.has(program);
}

function isOnePath(spec: string, context: RuleContext): boolean {
  const { globs, isName } = parsePathPattern(spec, context, failFor('allow', spec));
  return !isName && globs.every(({ glob }) => glob.every((segment) => literalOf(segment) !== undefined));
}

/** Reads what was granted in a session. What could not have been is without effect. */
export function createGrantReader(context: RuleContext): (call: PermissionCall) => readonly AllowRule[] {
  const known = new Map<string, AllowRule | undefined>();
  const read = (text: string): AllowRule | undefined => {
    if (!known.has(text)) known.set(text, tryGrant(text, context));
    return known.get(text);
  };
  return (call) => {
    // A call that nobody typed may lack them.
    const grants: unknown = (call as Partial<PermissionCall> | undefined)?.grants;
    if (!Array.isArray(grants)) return [];
    return grants.filter((grant) => typeof grant === 'string').flatMap((grant) => read(grant) ?? []);
  };
}

function tryGrant(text: string, context: RuleContext): AllowRule | undefined {
  try {
    return parseGrant(text, context);
  } catch (error) {
    if (AgentError.isInstance(error) && error.code === 'policy_invalid') return undefined;
    throw error;
  }
}
