import type { JudgedUnit, PermissionTool } from '@harness-sdk/core';
import { quoteText } from '@harness-sdk/core/node';
import { isAboutTool } from '../covers.ts';
import type { PolicySettings } from '../policy-settings.ts';
import { citationOf } from '../reason.ts';
import type { AllowRule, RestrictingRule } from '../rule.ts';
import { hidesCharacters } from './hidden-characters.ts';
import { coverUnit, type Coverage, type CoverContext } from './cover-unit.ts';
import { isAboutCommands, restrictUnit } from './restrict-unit.ts';
import type { ShellCommand, UnfoldedUnit } from './shell-command.ts';

/** A deny or ask rule that has to do with a command. */
export interface CommandRestriction {
  readonly list: 'deny' | 'ask';
  readonly rule: RestrictingRule;
  /** False where nobody can say that the rule does not hold. */
  readonly isCertain: boolean;
  /** The part that it is about; left out where it is the whole. */
  readonly unit?: UnfoldedUnit;
  /** To go behind "because". */
  readonly what: string;
}

/** What the rules say to a command, unit by unit. */
export interface CommandVerdict {
  readonly command: ShellCommand;
  readonly restrictions: readonly CommandRestriction[];
  /** Whether these allow rules cover each of its units. */
  coverWith(rules: readonly AllowRule[]): readonly Coverage[];
}

/** Holds all rules against a command. */
export function judgeCommand(settings: PolicySettings, tool: PermissionTool, command: ShellCommand): CommandVerdict {
  const restrictions = (['deny', 'ask'] as const).flatMap((list) =>
    settings[list].flatMap((rule) => restrictionsBy(list, rule, command)),
  );
  const known = new Map<string, readonly Coverage[]>();
  return {
    command,
    restrictions,
    coverWith(rules) {
      const key = JSON.stringify(rules.map(({ text, isGranted }) => [text, isGranted]));
      const coverages = known.get(key) ?? coverCommand(settings, tool, command, rules);
      known.set(key, coverages);
      return coverages;
    },
  };
}

function coverCommand(
  settings: PolicySettings,
  tool: PermissionTool,
  command: ShellCommand,
  rules: readonly AllowRule[],
): readonly Coverage[] {
  // A rule about the whole tool covers whatever its commands do.
  const whole = rules.find((rule) => isAboutTool(rule, tool));
  if (whole !== undefined) return command.units.map(() => ({ isCovered: true, rule: whole }));
  const { problem } = command;
  // No other one applies where it cannot be told what runs.
  if (problem !== undefined) return command.units.map(() => ({ isCovered: false, problem }));
  const context: CoverContext = {
    settings,
    tool,
    places: command.places,
    commandRules: rules.filter(({ commands }) => commands !== undefined),
    fileRules: rules.filter(({ family }) => family !== undefined),
  };
  return command.units.map(({ unit }) => coverUnit(unit, context));
}

function restrictionsBy(
  list: 'deny' | 'ask',
  rule: RestrictingRule,
  command: ShellCommand,
): readonly CommandRestriction[] {
  const found: CommandRestriction[] = command.units.flatMap((unit) => {
    const restriction = restrictUnit(rule, unit, command.places);
    return restriction === undefined ? [] : [{ list, rule, unit, ...restriction }];
  });
  if (command.problem === undefined || !isAboutCommands(rule)) return found;
  return [...found, { list, rule, isCertain: false, what: `what the command runs cannot be told: ${command.problem}` }];
}

/** The units as people should see them, each with what becomes of it. */
export function judgedUnits(
  { command, restrictions }: CommandVerdict,
  coverages: readonly Coverage[],
  isAllowed: boolean,
): readonly JudgedUnit[] {
  const byUnit = Map.groupBy(restrictions, ({ unit }) => unit);
  return command.units.map((unit, index) => {
    const text = hidesCharacters(unit.unit.text) ? quoteText(unit.unit.text) : unit.unit.text;
    const own = byUnit.get(unit) ?? [];
    const strictest =
      own.find(({ list, isCertain }) => list === 'deny' && isCertain) ??
      own.find(({ isCertain }) => isCertain) ??
      own[0];
    if (strictest !== undefined) {
      const decision = strictest.isCertain ? strictest.list : 'ask';
      return { text, decision, ...citationOf(strictest.rule), reason: strictest.what };
    }
    const coverage = coverages[index];
    if (command.problem !== undefined && !isAllowed) return { text, decision: 'ask', reason: command.problem };
    if (coverage?.isCovered === true) {
      return { text, decision: 'allow', ...(coverage.rule === undefined ? {} : { rule: coverage.rule.text }) };
    }
    return isAllowed || coverage === undefined
      ? { text, decision: 'allow' }
      : { text, decision: 'ask', reason: coverage.problem };
  });
}
