import { nearestName, type AccessKind, type RuleSource } from '@harness-sdk/core';
import { failFor, type Fail } from './fail.ts';
import { createPathGrant, createPathSpelling, type PathGrant, type PathSpelling } from './path-grant.ts';
import { parsePathPattern, type PathPattern, type Places } from './path-pattern.ts';
import { createBelowRestriction, createPathRestriction, type PathRestriction } from './path-restriction.ts';
import { parseShellPattern, type ShellPattern } from './shell/shell-rule.ts';

/** Which calls a rule is about. A call is meant where any part of it fits. */
interface RuleSubject {
  /** As it was written. */
  readonly text: string;
  /** Where it stands, if it came from a file. */
  readonly source?: RuleSource;
  /** The tool whose every call is meant; `*` is every tool. */
  readonly tool?: string;
  /** The kind of access that is meant, whichever tool has it. */
  readonly family?: 'read' | 'write';
  /** The commands that are meant, whichever tool runs them. */
  readonly commands?: ShellPattern;
}

/** A deny or ask rule. */
export interface RestrictingRule extends RuleSubject {
  /** Which paths of the family are meant; left out, every path. */
  readonly restricts?: PathRestriction;
  /** Whether something in a directory could be meant that is not meant itself; left out where every path is. */
  readonly restrictsBelow?: PathRestriction;
}

/** An allow rule. */
export interface AllowRule extends RuleSubject {
  /** Which paths of the family are covered; left out, every path. */
  readonly grants?: PathGrant;
  /** Whether a directory is named in so many words; left out where no path is. */
  readonly spells?: PathSpelling;
  /** True for what a person granted when asked: it answers questions, and nothing that anybody forbids. */
  readonly isGranted?: boolean;
}

/** What rules are read against. */
export interface RuleContext extends Places {
  /** Names of the tools there are, where they are known. */
  readonly tools?: readonly string[];
}

/**
 * Reads a deny or ask rule.
 *
 * @throws AgentError `policy_invalid` that names the rule, what cannot be honoured and what to write instead.
 */
export function parseRestrictingRule(list: 'deny' | 'ask', text: string, context: RuleContext): RestrictingRule {
  const { pattern, ...subject } = parseRule(text, context, failFor(list, text));
  return pattern === undefined
    ? subject
    : { ...subject, restricts: createPathRestriction(pattern), restrictsBelow: createBelowRestriction(pattern) };
}

/**
 * Reads an allow rule.
 *
 * @throws AgentError `policy_invalid` that names the rule, what cannot be honoured and what to write instead.
 */
export function parseAllowRule(text: string, context: RuleContext): AllowRule {
  const fail = failFor('allow', text);
  const { pattern, ...subject } = parseRule(text, context, fail);
  return pattern === undefined
    ? subject
    : { ...subject, grants: createPathGrant(pattern, fail), spells: createPathSpelling(pattern) };
}

/** Names that stand for a kind of access, and what they stand for. `Glob` and `Grep` do so with a path only. */
const families: Readonly<Record<string, Extract<AccessKind, 'read' | 'write'>>> = {
  Read: 'read',
  Glob: 'read',
  Grep: 'read',
  Edit: 'write',
  Write: 'write',
};
/** Names that stand for a kind of access by themselves. */
const wholeFamilies: ReadonlySet<string> = new Set(['Read', 'Edit', 'Write']);
const shellTools: ReadonlySet<string> = new Set(['Bash', 'Exec']);

function parseRule(text: string, context: RuleContext, fail: Fail): RuleSubject & { readonly pattern?: PathPattern } {
  if (text === '*') return { text, tool: '*' };
  const [, name, spec] = /^([A-Za-z0-9_-]{1,64})(?:\((.*)\))?$/s.exec(text) ?? [];
  if (name === undefined) return fail('expected "*", a tool as in "Bash", or a tool and a path as in "Edit(src/**)".');
  checkName(name, spec, context, fail);
  const family = Object.hasOwn(families, name) ? families[name] : undefined;
  if (spec !== undefined && family !== undefined) {
    return { text, family, pattern: parsePathPattern(spec, context, fail) };
  }
  if (shellTools.has(name)) {
    const isEvery = spec === undefined || spec === '*';
    return isEvery ? { text, tool: name } : { text, commands: parseShellPattern(spec, fail) };
  }
  if (spec !== undefined) return refuseSpec(name, fail);
  return family !== undefined && wholeFamilies.has(name) ? { text, tool: name, family } : { text, tool: name };
}

function refuseSpec(name: string, fail: Fail): never {
  return fail(
    `only rules about files and commands take something in brackets, and "${name}" is not among Read, Edit, Write, Glob, Grep, Bash and Exec. Write "${name}" for the whole tool, Read(…) or Edit(…) for the paths that it touches, or Bash(…) for the commands that it runs.`,
  );
}

/** Refuses a name that no tool has, as far as that is known: the rule would be without effect. */
function checkName(name: string, spec: string | undefined, { tools }: RuleContext, fail: Fail): void {
  if (tools?.includes(name) === true) return;
  const builtIn = [...Object.keys(families), ...shellTools];
  const meant = builtIn.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (meant !== undefined && meant !== name) {
    fail(`there is no tool "${name}"; names are exact. Did you mean "${meant}"?`);
  }
  const isAlwaysMeant = wholeFamilies.has(name) || (spec !== undefined && Object.hasOwn(families, name));
  if (tools === undefined || isAlwaysMeant) return;
  const nearest = nearestName(name, tools);
  const hint = nearest === undefined ? `The tools are: ${tools.join(', ')}.` : `Did you mean "${nearest}"?`;
  fail(`there is no tool "${name}". ${hint}`);
}
