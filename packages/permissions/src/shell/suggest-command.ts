import { AgentError, type PermissionTool } from '@harness-sdk/core';
import { hasHiddenCharacters } from '@harness-sdk/core/node';
import { isProtected } from '../protected-paths.ts';
import type { PolicySettings } from '../policy-settings.ts';
import { parseAllowRule, type AllowRule } from '../rule.ts';
import { ruleFor } from '../suggest-rule.ts';
import type { Coverage } from './cover-unit.ts';
import type { CommandVerdict } from './judge-command.ts';
import { touchesOf } from './file-uses.ts';
import { isLauncher, neverByWildcard } from './launchers.ts';
import { lookThrough } from './look-through.ts';
import { hasProfile, subcommandWords } from './profiles/program-profile.ts';
import type { ShellPlaces } from './shell-path.ts';
import { toExactSpec } from './shell-rule.ts';
import type { ShellUnit } from './shell-unit.ts';
import { isWrapper } from './wrappers.ts';

/** A longer rule nobody reads before granting it. */
const maxLength = 500;

/**
 * The narrowest allow rules that would let a command pass, one for each unit that nothing covers yet; `undefined` where
 * no rule would.
 */
export function suggestForCommand(
  settings: PolicySettings,
  tool: PermissionTool,
  verdict: CommandVerdict,
): readonly string[] | undefined {
  const { command, restrictions } = verdict;
  if (command.problem !== undefined || restrictions.length > 0) return undefined;
  const rules: AllowRule[] = [];
  for (const [index, { unit }] of command.units.entries()) {
    if (verdict.coverWith([...settings.allow, ...rules])[index]?.isCovered === true) continue;
    const coverageWith = (more: readonly AllowRule[]): Coverage | undefined =>
      verdict.coverWith([...settings.allow, ...rules, ...more])[index];
    const found = suggestForUnit(settings, tool, unit, coverageWith, command.places);
    if (found === undefined) return undefined;
    rules.push(...found);
  }
  return [...new Set(rules.map(({ text }) => text))];
}

/** The rules that are still missing for one unit, to go with those that are there. */
function suggestForUnit(
  settings: PolicySettings,
  tool: PermissionTool,
  unit: ShellUnit,
  coverageWith: (rules: readonly AllowRule[]) => Coverage | undefined,
  places: ShellPlaces,
): readonly AllowRule[] | undefined {
  const files = fileRules(settings, tool, coverageWith([]), places);
  for (const spec of [undefined, ...specsFor(unit)]) {
    const rules = [...files, ...(spec === undefined ? [] : readRule(`Bash(${spec})`, places))];
    const coverage = coverageWith(rules);
    if (coverage?.isCovered === true) return rules;
    // What a file needs may only show once its command is covered.
    const more = [...rules, ...fileRules(settings, tool, coverage, places)];
    if (more.length > rules.length && coverageWith(more)?.isCovered === true) return more;
  }
  return undefined;
}

/** The rule that lets one file be written, unless it is protected. */
function fileRules(
  { workspace }: PolicySettings,
  { name }: PermissionTool,
  coverage: Coverage | undefined,
  places: ShellPlaces,
): readonly AllowRule[] {
  const access = coverage?.isCovered === false ? coverage.file?.access : undefined;
  if (access?.path === undefined || access.kind !== 'write' || isProtected(access.path)) return [];
  return readRule(ruleFor(name, access, workspace), places);
}

/** Program and subcommand where it is known what else may follow; then the very command. */
function specsFor(unit: ShellUnit): readonly string[] {
  const words = lookThrough(unit.words).at(-1) ?? [];
  if (words.length === 0 || !words.every(({ isKnown }) => isKnown)) return [];
  const texts = words.map(({ text }) => text);
  const exact = toExactSpec(texts);
  // What changes files is granted word by word too.
  const start = touchesOf(words).some(({ kind }) => kind === 'write') ? undefined : startOf(texts);
  return start === undefined ? [exact] : [`${toExactSpec(start)}:*`, exact];
}

/** What only looks at things may be followed by anything that is safe. What sends or launches is granted word by word. */
function startOf(texts: readonly string[]): readonly string[] | undefined {
  const [program = '', ...args] = texts;
  if (!hasProfile(program) || isLauncher(program) || isWrapper(program) || neverByWildcard.has(program)) {
    return undefined;
  }
  const start = texts.slice(0, 1 + subcommandWords(program, args));
  if (start.slice(1).some((word) => word.startsWith('-'))) return undefined;
  return narrow.test(start.join(' ')) ? undefined : start;
}

/** What is never granted for more than one command, though its options are known. */
const narrow =
  /^(?:git(?: push\b.*| config\b.*| remote\b.*)?|docker(?: exec\b.*| run\b.*| compose (?:exec|run)\b.*)?|npm(?: exec\b.*| run| run-script| publish\b.*)?|cargo|go|make|cp|mv|dd|tee|ssh|scp|rsync|curl|wget|tar)$/;

function readRule(text: string, places: ShellPlaces): readonly AllowRule[] {
  if (text.length > maxLength || hasHiddenCharacters(text)) return [];
  try {
    return [parseAllowRule(text, places)];
  } catch (error) {
    // A command that no rule can spell, such as one over several lines.
    if (AgentError.isInstance(error) && error.code === 'policy_invalid') return [];
    throw error;
  }
}
