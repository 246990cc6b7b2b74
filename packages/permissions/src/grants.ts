import type { PermissionDecision, PermissionTool } from '@harness-sdk/core';
import { covers, isAboutTool } from './covers.ts';
import type { JudgedAccess } from './judged-call.ts';
import type { PolicySettings } from './policy-settings.ts';
import { isProtected } from './protected-paths.ts';
import { citationOf, listOf, shownUnit, whatItDoes } from './reason.ts';
import type { AllowRule } from './rule.ts';
import type { CommandVerdict } from './shell/judge-command.ts';
import { suggestForCommand } from './shell/suggest-command.ts';
import { standingWord, type StandingWord } from './standing-word.ts';
import { suggestRule } from './suggest-rule.ts';
import { suggestionsFor } from './suggestions.ts';

/**
 * What the allow rules, the defaults of policy files and the mode say to a call that no rule forbids. Each access must
 * be covered, by whichever of them; otherwise a person is asked, or a default denies.
 */
export function grantedOrAsk(
  settings: PolicySettings,
  tool: PermissionTool,
  access: readonly JudgedAccess[],
): PermissionDecision {
  const words = (access.length === 0 ? [undefined] : access).map((candidate) => wordOn(settings, tool, candidate));
  const denied = words.find((word) => word.decision === 'deny');
  if (denied !== undefined) return deniedByDefault(denied, tool);
  const open = words.filter((word) => word.decision === 'ask');
  const isBlind = access.some(({ kind, command }) => kind === 'execute' && command === undefined);
  const doubt = isBlind ? doubtOf(settings, tool) : undefined;
  // Where doubt remains, no rule that could be granted would let the call pass.
  if (open.length > 0) return ask(settings, tool, open, doubt === undefined);
  return doubt ?? allowed(settings, tool, words);
}

/** The last word on one access, or on a call that touches nothing. */
interface Word extends StandingWord {
  readonly access: JudgedAccess | undefined;
  /** The allow rule that covers it. */
  readonly rule?: AllowRule;
}

/** What a person granted answers a question, and nothing else: never a default that denies. */
function wordOn(settings: PolicySettings, tool: PermissionTool, access: JudgedAccess | undefined): Word {
  if (access?.verdict !== undefined) return wordOnCommand(settings, tool, { ...access, verdict: access.verdict });
  const covering = settings.allow.filter((rule) =>
    access === undefined ? isAboutTool(rule, tool) : covers(rule, tool, access),
  );
  const rule = covering.find(({ isGranted }) => isGranted !== true);
  if (rule !== undefined) return { decision: 'allow', access, rule };
  const word = standingWord(settings, tool, access);
  const [granted] = covering;
  if (granted === undefined || word.decision !== 'ask') return { ...word, access };
  return { decision: 'allow', access, rule: granted };
}

/** Each unit of a command must be covered, by whichever rule. No rule covers a command that cannot be told. */
function wordOnCommand(
  settings: PolicySettings,
  tool: PermissionTool,
  access: JudgedAccess & { readonly verdict: CommandVerdict },
): Word {
  const own = coverageOf(
    settings.allow.filter(({ isGranted }) => isGranted !== true),
    access.verdict,
  );
  if (own?.rule !== undefined) return { decision: 'allow', access, rule: own.rule };
  const word = standingWord(settings, tool, access);
  if (word.decision !== 'ask') return { ...word, access };
  const all = own ?? coverageOf(settings.allow, access.verdict);
  if (all === undefined || (word.by !== undefined && all.rule === undefined)) return { ...word, access };
  return { decision: 'allow', access, ...all };
}

/** The first rule of those that cover all units of a command; none where no unit needs one. */
function coverageOf(rules: readonly AllowRule[], verdict: CommandVerdict): { readonly rule?: AllowRule } | undefined {
  if (verdict.command.problem !== undefined) return undefined;
  const coverages = verdict.coverWith(rules);
  if (!coverages.every((coverage) => coverage.isCovered)) return undefined;
  const rule = coverages.flatMap((coverage) => coverage.rule ?? [])[0];
  return rule === undefined ? {} : { rule };
}

function deniedByDefault({ access, by }: Word, tool: PermissionTool): PermissionDecision {
  // The mode denies nothing, so that a default did.
  const cited = by === undefined ? undefined : citationOf(by);
  const what = access === undefined ? 'run' : whatItDoes(access.kind, access.path?.given);
  const reason = `${speakerOf('', by)} does not let ${tool.name} ${what}. Whoever keeps that file can change it; no mode and no approval does.`;
  return { decision: 'deny', tier: 'policy', ...cited, reason };
}

function allowed({ mode }: PolicySettings, tool: PermissionTool, words: readonly Word[]): PermissionDecision {
  const rule = words.find((word) => word.rule !== undefined)?.rule;
  if (rule !== undefined) {
    const kind = rule.isGranted === true ? 'rule that was granted,' : 'allow rule';
    return {
      decision: 'allow',
      tier: 'allow',
      ...citationOf(rule),
      reason: `The ${kind} ${rule.text} covers the call.`,
    };
  }
  const by = words.find((word) => word.by !== undefined)?.by;
  const what = describe(words);
  if (by !== undefined) {
    const reason = `${speakerOf(mode, by)} lets ${tool.name} ${what || 'run'}.`;
    return { decision: 'allow', tier: 'policy', ...citationOf(by), reason };
  }
  const reason =
    what === ''
      ? `${tool.name} touches nothing, and no rule speaks of it.`
      : `${speakerOf(mode, by)} lets ${tool.name} ${what}.`;
  return { decision: 'allow', tier: 'mode', reason };
}

function ask(
  settings: PolicySettings,
  tool: PermissionTool,
  words: readonly Word[],
  canBeGranted: boolean,
): PermissionDecision {
  const { mode } = settings;
  const open = words.flatMap(({ access }) => access ?? []);
  const isGuarded = open.some(({ kind, path }) => kind === 'write' && path !== undefined && isProtected(path));
  const by = words.find((word) => word.by !== undefined)?.by;
  const isEdit =
    by === undefined && mode === 'default' && open.every(({ kind, path }) => kind === 'write' && path !== undefined);
  const suggestions = canBeGranted ? suggestionsFor(settings, tool, open) : undefined;
  return {
    decision: 'ask',
    ...(by === undefined ? { tier: 'mode' } : { tier: 'policy', ...citationOf(by) }),
    reason: `${speakerOf(mode, by)} asks before ${tool.name} may ${describe(words) || 'run'}.${whyOf(settings, open)} ${remedyFor(settings, tool, open, isGuarded, isEdit)}`,
    ...(suggestions === undefined ? {} : { suggestions }),
  };
}

function remedyFor(
  settings: PolicySettings,
  tool: PermissionTool,
  open: readonly JudgedAccess[],
  isGuarded: boolean,
  isEdit: boolean,
): string {
  const perAccess = open.map((access) =>
    access.verdict === undefined
      ? [suggestRule(tool.name, access, settings.workspace)]
      : suggestForCommand(settings, tool, access.verdict),
  );
  if (perAccess.includes(undefined)) {
    return `No rule about single commands lets it through unasked; the allow rule ${tool.name} or mode "bypass" does, where it can be told what runs.`;
  }
  const rules = listOf(perAccess.flatMap((found) => found ?? [])) || tool.name;
  return isGuarded
    ? `What is written there makes other programs run things, so that only an allow rule that names the path lets it through unasked: ${rules}.`
    : `To let it through unasked, add the allow rule ${rules}${isEdit ? ', or use mode "acceptEdits"' : ''}.`;
}

/** Of each command, the first unit that nothing covers, and why. */
function whyOf({ allow }: PolicySettings, open: readonly JudgedAccess[]): string {
  const sentences = open.flatMap(({ verdict }) => {
    if (verdict === undefined) return [];
    if (verdict.command.problem !== undefined) return [` What it runs cannot be told: ${verdict.command.problem}.`];
    const coverages = verdict.coverWith(allow);
    const index = coverages.findIndex(({ isCovered }) => !isCovered);
    const coverage = coverages[index];
    if (coverage === undefined || coverage.isCovered) return [];
    return [` Of ${shownUnit(verdict.command.units[index]?.unit.text ?? '')}: ${coverage.problem}.`];
  });
  return sentences.join('');
}

function speakerOf(mode: string, by: Word['by']): string {
  return by === undefined ? `Mode "${mode}"` : `"${by.text}" of the ${by.scope}'s policy file`;
}

function describe(words: readonly Word[]): string {
  return listOf(
    words.flatMap(({ access }) => {
      if (access?.command !== undefined) return [`run ${shownUnit(access.command.text)}`];
      return access === undefined ? [] : [whatItDoes(access.kind, access.path?.given)];
    }),
  );
}

/**
 * A program may open any file, and which ones cannot be told from its command yet. Where rules restrict files, it runs
 * only when a person says so.
 */
function doubtOf({ deny, ask: asking }: PolicySettings, tool: PermissionTool): PermissionDecision | undefined {
  const lists = [
    ['deny', deny],
    ['ask', asking],
  ] as const;
  for (const [tier, rules] of lists) {
    const rule = rules.find(({ family }) => family !== undefined);
    if (rule !== undefined) {
      const reason = `The ${tier} rule ${rule.text} is about files, and which files ${tool.name} opens when it executes something cannot be told in this version. A person has to decide; without rules about files an allow rule or mode "bypass" would do.`;
      return { decision: 'ask', tier, ...citationOf(rule), reason };
    }
  }
  return undefined;
}
