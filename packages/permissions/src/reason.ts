import type { AccessKind, RuleSource } from '@harness-sdk/core';
import { quoteText } from '@harness-sdk/core/node';

const shownPathLength = 200;
const shownPhrases = 5;

/** What an access does, to go behind "would" or "may". */
export function whatItDoes(kind: AccessKind, path: string | undefined): string {
  switch (kind) {
    case 'read':
    case 'write':
      return `${kind} ${path === undefined ? 'files that it does not name' : shownPath(path)}`;
    case 'execute':
      return 'execute something';
    case 'network':
      return 'use the network';
    case 'spawn':
      return 'start a sub-agent';
  }
}

/** The rule that decided, and where it stands, as a decision has them. */
export function citationOf({ text, source }: { readonly text: string; readonly source?: RuleSource }): {
  readonly rule: string;
  readonly source?: RuleSource;
} {
  return source === undefined ? { rule: text } : { rule: text, source };
}

/** Phrases in one: `a, b and c`. What comes twice is said once, and of many only the first. */
export function listOf(phrases: readonly string[]): string {
  const unique = [...new Set(phrases)];
  const shown = unique.slice(0, shownPhrases);
  if (unique.length > shownPhrases) shown.push(`${unique.length - shownPhrases} more`);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

/** A part of a command, short enough for a sentence. */
export function shownUnit(text: string): string {
  return shownPath(text);
}

function shownPath(path: string): string {
  return quoteText(path.length > shownPathLength ? `${path.slice(0, shownPathLength)}…` : path);
}
