import { nearestName } from '@harness-sdk/core';
import { FINDING_KINDS } from '../finding.ts';
import { RULES } from '../rules/engine.ts';

/** A comment that says that findings of some classes do not count. */
export interface Directive {
  /** `CWE-89`, `sql-injection` or `py/sql-injection`; at least one. */
  readonly classes: readonly string[];
  readonly reason: string;
}

/** What a line of a comment comes to: nothing, a directive, or why it is none although it looks like one. */
export type DirectiveReading = undefined | { readonly directive: Directive } | { readonly problem: string };

/** Characters of a reason that are kept. */
const longestReason = 200;

const mark = /security-review-ignore/i;
/** In the middle of a comment it is meant as a directive where brackets or a colon follow. */
const misplaced = /[^\w-]security-review-ignore\s*[[(:]/i;
const wellFormed = /^security-review-ignore\[([^[\]]*)\]:\s*(\S.*)$/;

/** Every class that a directive can name, apart from CWEs. */
const names: ReadonlySet<string> = new Set([
  ...FINDING_KINDS,
  ...RULES.map(({ id }) => id),
  ...FINDING_KINDS.map((kind) => `llm/${kind}`),
]);

/**
 * Reads a line of a comment, without the marks of the comment: `security-review-ignore[CWE-89, xss]: reason`. The
 * brackets, at least one class that exists, and a reason are needed; anything less is a problem, and no directive.
 */
export function readDirective(line: string): DirectiveReading {
  if (!mark.test(line)) return undefined;
  if (line.search(mark) !== 0) {
    return misplaced.test(line) ? { problem: 'a directive stands at the beginning of its comment' } : undefined;
  }
  const [, list, reason] = wellFormed.exec(line) ?? [];
  if (list === undefined || reason === undefined) return { problem: whatIsWrong(line) };
  const classes = list.split(',').map((name) => name.trim());
  const unknown = classes.find((name) => !isClass(name));
  if (unknown !== undefined) return { problem: unknownClass(unknown) };
  return { directive: { classes, reason: reason.trim().slice(0, longestReason).toWellFormed() } };
}

function isClass(name: string): boolean {
  return /^CWE-[1-9]\d*$/.test(name) || names.has(name);
}

function whatIsWrong(line: string): string {
  if (!line.startsWith('security-review-ignore')) return 'a directive is written in small letters';
  const rest = line.slice('security-review-ignore'.length);
  if (!rest.startsWith('[')) return 'the classes that it is about are missing, in brackets right behind it';
  if (!rest.includes(']')) return 'the bracket is not closed';
  return /^\[[^[\]]*\]:?\s*$/.test(rest)
    ? 'the reason is missing, behind a colon'
    : 'behind the closing bracket stand a colon and the reason';
}

function unknownClass(name: string): string {
  if (name === '') return 'a class in the brackets is empty';
  const nearest =
    nearestName(name, [...names]) ?? (/^cwe-?\d+$/i.test(name) ? `CWE-${name.replace(/\D/g, '')}` : undefined);
  return `there is no class ${JSON.stringify(name.slice(0, 60).toWellFormed())}${nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`}`;
}
