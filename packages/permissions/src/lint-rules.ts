import { statSync } from 'node:fs';
import { isAbove } from './is-above.ts';
import { literalOf } from './glob.ts';
import { parsePathPattern, type PathPattern } from './path-pattern.ts';
import type { PolicyDefaults } from './policy-defaults.ts';
import type { PolicySettings } from './policy-settings.ts';
import { citationOf } from './reason.ts';
import type { RuleWarning } from './rule-warning.ts';
import type { AllowRule, RestrictingRule, RuleContext } from './rule.ts';
import { isLauncher, neverByWildcard } from './shell/launchers.ts';
import { isWrapper } from './shell/wrappers.ts';

/** A rule of either kind, with the paths that are in its brackets. */
export interface LintedRule {
  readonly rule: AllowRule | RestrictingRule;
  readonly pattern?: PathPattern;
}

/** Looks for rules that do not do what whoever wrote them may think. Changes no decision. */
export function lintRules(settings: PolicySettings, context: RuleContext): readonly RuleWarning[] {
  const { allow, ask, deny, defaults } = settings;
  const read = (rule: AllowRule | RestrictingRule): LintedRule => toLinted(rule, context);
  return [
    ...allow.flatMap((rule) => [
      ...lintUnder('allow', read(rule), [
        ['deny', deny],
        ['ask', ask],
      ]),
      ...lintAllow(settings, read(rule)),
    ]),
    ...ask.flatMap((rule) => lintUnder('ask', read(rule), [['deny', deny]])),
    ...defaults.flatMap((ofFile) => (ofFile.scope === 'project' ? lintProject(ofFile) : [])),
  ];
}

function toLinted(rule: AllowRule | RestrictingRule, context: RuleContext): LintedRule {
  const spec = rule.family === undefined ? undefined : /^[\w-]+\((.*)\)$/s.exec(rule.text)?.[1];
  // It was read before, so that there is nothing to refuse.
  const fail = (problem: string): never => {
    throw new TypeError(problem);
  };
  return spec === undefined ? { rule } : { rule, pattern: parsePathPattern(spec, context, fail) };
}

function lintUnder(
  list: 'allow' | 'ask',
  linted: LintedRule,
  lists: readonly (readonly ['deny' | 'ask', readonly RestrictingRule[]])[],
): readonly RuleWarning[] {
  for (const [stronger, rules] of lists) {
    const above = rules.find((candidate) => isAbove(candidate, linted));
    if (above === undefined) continue;
    const message = `The ${stronger} rule ${above.text} is about all that this one is about, and goes before it. Remove one of them.`;
    return [{ kind: 'unreachable', list, ...citationOf(linted.rule), message }];
  }
  return [];
}

function lintAllow({ mode }: PolicySettings, { rule, pattern }: LintedRule): readonly RuleWarning[] {
  const warn = (kind: RuleWarning['kind'], message: string): readonly RuleWarning[] => [
    { kind, list: 'allow', ...citationOf(rule), message },
  ];
  if (mode === 'plan' && (rule.family === 'write' || rule.commands !== undefined)) {
    return warn('no_effect', 'Plan mode lets nothing be written and no command run, whatever the rules.');
  }
  const [first] = rule.commands?.words ?? [];
  if (rule.commands?.isPrefix === true && first?.type === 'literal') {
    const program = first.text.split('/').at(-1) ?? '';
    if (neverByWildcard.has(program)) {
      return warn(
        'no_effect',
        `${program} changes what later words mean, or runs a text, so that no wildcard covers it; write the whole command.`,
      );
    }
    if (rule.commands.words.length === 1 && (isLauncher(program) || isWrapper(program))) {
      return warn(
        'launcher',
        `${program} runs other programs, and a wildcard does not cover what it runs; spell out the command behind it.`,
      );
    }
  }
  const directory = pattern === undefined ? undefined : directoryIn(pattern);
  return directory === undefined
    ? []
    : warn(
        'no_effect',
        `${directory} is a directory, and an allow rule does not cover what is in it; end the rule with "/**".`,
      );
}

/** The directory that a pattern without wildcards spells out. */
function directoryIn({ globs, isName }: PathPattern): string | undefined {
  if (isName) return undefined;
  const paths = globs.map(({ base, glob }) => {
    const names = glob.map(literalOf).filter((name) => name !== undefined);
    return names.length === glob.length ? `/${[...base, ...names].join('/')}` : undefined;
  });
  return paths.find((path) => path !== undefined && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
}

/** What of a project's file tightens nothing. */
function lintProject({ byKind, byTool, exceptions }: PolicyDefaults): readonly RuleWarning[] {
  const words = new Map([...byKind.values(), ...byTool.values()].map((word) => [word.text, word]));
  const idle = [...words.values()].filter(({ decision }) => decision === 'allow' && byTool.size === 0);
  const isStrict = [...words.values()].some(({ decision }) => decision !== 'allow');
  return [
    ...idle.map((word): RuleWarning => ({
      kind: 'no_effect',
      list: 'default',
      ...citationOf(word),
      message: "A project's file can only tighten, so that this default allows nothing.",
    })),
    ...(isStrict ? [] : exceptions).map((rule): RuleWarning => ({
      kind: 'no_effect',
      list: 'allow',
      ...citationOf(rule),
      message:
        "A project's file can only tighten: its allow rules are exceptions from its own default, and it has none that asks or denies.",
    })),
  ];
}
