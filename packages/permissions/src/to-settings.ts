import { AgentError, type AccessKind } from '@harness-sdk/core';
import {
  allowsNoArguments,
  parseArgumentRule,
  shownRule,
  type ArgumentRestriction,
  type ArgumentRule,
} from './argument-rule.ts';
import { checkToolName } from './check-tool-name.ts';
import type { Fail } from './fail.ts';
import type { PermissionMode } from './mode.ts';
import type { PolicyDefault, PolicyDefaults, PolicyScope } from './policy-defaults.ts';
import type { FilePosition, FileRule, PolicyFile } from './policy-file.ts';
import { PolicyFileError } from './policy-file-error.ts';
import type { PolicySettings } from './policy-settings.ts';
import {
  parseAllowRule,
  parseRestrictingRule,
  type AllowRule,
  type RestrictingRule,
  type RuleContext,
} from './rule.ts';

/** What settings are made of. */
export interface PolicyParts {
  readonly mode: PermissionMode;
  readonly allow: readonly unknown[];
  readonly deny: readonly (string | ArgumentRule)[];
  readonly ask: readonly (string | ArgumentRule)[];
  /** Those that count, each behind what it extends. */
  readonly files: readonly PolicyFile[];
  readonly context: RuleContext;
}

/**
 * Reads all rules, those of the caller and those of policy files.
 *
 * @throws AgentError `policy_invalid` for a rule that cannot be honoured; of a file, with its line and column.
 */
export function toSettings(parts: PolicyParts): PolicySettings {
  const { mode, files, context } = parts;
  const deny = restricting('deny', parts);
  const ask = restricting('ask', parts);
  const allow = (scope: PolicyScope): readonly AllowRule[] =>
    files
      .filter((file) => file.scope === scope)
      .flatMap((file) => readRules(file, file.allow, (rule) => readAllow(rule, context)));
  return {
    mode,
    workspace: context.workspace,
    homes: context.homes,
    deny: deny.rules,
    ask: ask.rules,
    argumentRules: { deny: deny.arguments, ask: ask.arguments },
    allow: [...parts.allow.map((rule) => readAllow(rule, context)), ...allow('organisation')],
    policyFiles: new Set(files.map(({ path }) => path)),
    defaults: [defaultsOf('organisation', parts, []), defaultsOf('project', parts, allow('project'))],
  };
}

function readAllow(rule: unknown, context: RuleContext): AllowRule {
  if (typeof rule === 'string') return parseAllowRule(rule, context);
  throw new AgentError('policy_invalid', `The allow rule ${shownRule(rule)} cannot be honoured: ${allowsNoArguments}`);
}

interface Restricting {
  readonly rules: readonly RestrictingRule[];
  readonly arguments: readonly ArgumentRestriction[];
}

function restricting(list: 'deny' | 'ask', parts: PolicyParts): Restricting {
  const { files, context } = parts;
  const read = (rule: string | ArgumentRule): RestrictingRule | ArgumentRestriction =>
    typeof rule === 'string' ? parseRestrictingRule(list, rule, context) : parseArgumentRule(list, rule, context.tools);
  const all = [...parts[list].map(read), ...files.flatMap((file) => readRules(file, file[list], read))];
  return {
    rules: all.filter((rule) => !('hit' in rule)),
    arguments: all.filter((rule) => 'hit' in rule),
  };
}

/** Reads the rules of one list of a file, and says of all at once what cannot be honoured. */
function readRules<Rule extends object>(
  file: PolicyFile,
  rules: readonly FileRule[],
  read: (rule: string | ArgumentRule) => Rule,
): readonly Rule[] {
  return collect(file, rules, ({ rule, line }) => ({ ...read(rule), source: { file: file.path, line } }));
}

function collect<Item extends FilePosition, Value>(
  file: PolicyFile,
  items: readonly Item[],
  read: (item: Item) => Value,
): readonly Value[] {
  const problems: { line: number; column: number; message: string }[] = [];
  const values = items.flatMap((item) => {
    try {
      return [read(item)];
    } catch (error) {
      if (!AgentError.isInstance(error) || error.code !== 'policy_invalid') throw error;
      problems.push({ line: item.line, column: item.column, message: error.message });
      return [];
    }
  });
  if (problems.length > 0) throw new PolicyFileError(file.path, problems);
  return values;
}

function defaultsOf(
  scope: PolicyScope,
  { files, context }: PolicyParts,
  exceptions: readonly AllowRule[],
): PolicyDefaults {
  const byTool = new Map<string, PolicyDefault>();
  const byKind = new Map<AccessKind, PolicyDefault>();
  for (const file of files.filter((candidate) => candidate.scope === scope)) {
    collect(file, file.defaults, ({ subject, decision, text, line }) => {
      const word = { decision, text, source: { file: file.path, line } };
      if ('kind' in subject) return byKind.set(subject.kind, word);
      checkToolName(subject.tool, context.tools, failForDefault(text));
      return byTool.set(subject.tool, word);
    });
  }
  return { scope, byTool, byKind, exceptions };
}

function failForDefault(text: string): Fail {
  return (problem) => {
    throw new AgentError('policy_invalid', `\`${text}\` cannot be honoured: ${problem}`);
  };
}
