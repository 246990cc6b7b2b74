import { AgentError, type PermissionCall, type RuleSource } from '@harness-sdk/core';
import { quoteText } from '@harness-sdk/core/node';
import { parseArgumentPattern, type ArgumentCase } from './argument-pattern.ts';
import { argumentTexts, unreadable } from './argument-texts.ts';
import { checkToolName } from './check-tool-name.ts';
import type { Fail } from './fail.ts';

/** A deny or ask rule about the arguments of calls. */
export interface ArgumentRule {
  /** The exact name of a tool, or `*` for every tool. */
  readonly tool: string;
  /**
   * Patterns by the path of the argument, with dots between names, as in `edits.new_string`. The rule holds where all of
   * them match. `*` stands for any text, `\*` for a star, `\\` for a backslash; the whole text must match.
   */
  readonly args: Readonly<Record<string, string>>;
  /** Whether upper and lower case are one. Default `ignore`. */
  readonly case?: ArgumentCase;
}

/** An {@link ArgumentRule}, read. */
export interface ArgumentRestriction {
  /** The rule on one line. */
  readonly text: string;
  readonly source?: RuleSource;
  /** What of a call the rule is about, to go behind "because"; `undefined` where it is not. */
  hit(call: Pick<PermissionCall, 'tool' | 'args'>): string | undefined;
}

/**
 * Reads a rule about arguments.
 *
 * @throws AgentError `policy_invalid` that names the rule, what cannot be honoured and what to write instead.
 */
export function parseArgumentRule(
  list: 'deny' | 'ask',
  given: unknown,
  tools: readonly string[] | undefined,
): ArgumentRestriction {
  const text = shownRule(given);
  const fail: Fail = (problem) => {
    throw new AgentError('policy_invalid', `The ${list} rule ${text} cannot be honoured: ${problem}`);
  };
  const { tool, args, case: matching } = checkForm(given, tools, fail);
  const patterns = Object.entries(args).map(
    ([path, pattern]) => [path, parseArgumentPattern(pattern, matching ?? 'ignore', fail)] as const,
  );
  return {
    text,
    hit(call) {
      if (tool !== '*' && tool !== call.tool.name) return undefined;
      const isHit = patterns.every(([path, matches]) =>
        argumentTexts(call.args, path).some((found) => found === unreadable || matches(found)),
      );
      return isHit ? `${listed(Object.keys(args))} of this call of ${call.tool.name} matches` : undefined;
    },
  };
}

/** The reason why an allow list takes no such rule. */
export const allowsNoArguments =
  'rules about arguments can deny or ask, and cannot allow: a pattern that a text matches says nothing about what else is in that text. Allow by a path, as in "Edit(src/**)", or by the tool.';

/** A rule about arguments on one line, whatever it is. */
export function shownRule(given: unknown): string {
  if (!isObject(given)) return typeof given === 'string' ? quoteText(given) : (JSON.stringify(given) ?? typeof given);
  const { tool, args, case: matching } = given;
  const named = Object.entries(isObject(args) ? args : {}).map(
    ([path, pattern]) => `${shownKey(path)}: ${typeof pattern === 'string' ? quoteText(pattern) : typeof pattern}`,
  );
  const suffix = matching === undefined ? '' : `, case: ${JSON.stringify(matching)}`;
  const name = typeof tool === 'string' ? quoteText(tool) : typeof tool;
  return `{ tool: ${name}, args: { ${named.join(', ')} }${suffix} }`;
}

function checkForm(given: unknown, tools: readonly string[] | undefined, fail: Fail): ArgumentRule {
  if (!isObject(given)) return fail('expected a rule as text, or an object with `tool` and `args`.');
  const unknown = Object.keys(given).find((key) => !['tool', 'args', 'case'].includes(key));
  if (unknown !== undefined) fail(`it has no field \`${unknown}\`; the fields are \`tool\`, \`args\` and \`case\`.`);
  const { tool, args, case: matching } = given;
  if (typeof tool !== 'string' || !/^(?:\*|[A-Za-z0-9_-]{1,64})$/.test(tool)) {
    return fail('`tool` must be the exact name of a tool, or "*" for every tool.');
  }
  if (tool !== '*') checkToolName(tool, tools, fail);
  if (!isObject(args) || Object.keys(args).length === 0) {
    return fail(
      `\`args\` must hold a pattern for at least one argument; for the whole tool write the rule ${JSON.stringify(tool)}.`,
    );
  }
  for (const [path, pattern] of Object.entries(args)) checkPattern(path, pattern, fail);
  if (matching !== undefined && matching !== 'ignore' && matching !== 'exact') {
    return fail(`\`case\` must be "ignore" or "exact", got ${JSON.stringify(matching)}.`);
  }
  // Each pattern was found to be a text.
  return { tool, args: args as Record<string, string>, ...(matching === undefined ? {} : { case: matching }) };
}

function checkPattern(path: string, pattern: unknown, fail: Fail): void {
  if (path.split('.').includes('')) {
    fail(`${JSON.stringify(path)} is no path of an argument, as in "command" or "edits.0.path".`);
  }
  if (typeof pattern === 'string') return;
  fail(
    `the pattern of \`${path}\` must be a text, got ${JSON.stringify(pattern) ?? typeof pattern}; write numbers and booleans as text.`,
  );
}

function shownKey(key: string): string {
  return /^\w+$/.test(key) ? key : quoteText(key);
}

function listed(paths: readonly string[]): string {
  return paths.map((path) => `\`${path}\``).join(' and ');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
