import type { Expression, Span } from '../program/program.ts';
import type { Analysis } from '../flow/analysis.ts';
import type { CallSite } from '../flow/call-site.ts';
import { partsOf } from '../flow/place.ts';
import { wordsOf } from './secret-name.ts';

/** The words of every name that an expression speaks of, and of its short constants. */
export function wordsIn(expression: Expression | undefined): ReadonlySet<string> {
  const words = new Set<string>();
  const open: Expression[] = expression === undefined ? [] : [expression];
  for (let steps = 0; steps < 200; steps += 1) {
    const current = open.pop();
    if (current === undefined) break;
    for (const word of ownWords(current)) words.add(word);
    open.push(...partsOf(current));
  }
  return words;
}

function ownWords(expression: Expression): string[] {
  if (expression.kind === 'name') return wordsOf(expression.name);
  if (expression.kind === 'member') return wordsOf(expression.property);
  if (expression.kind === 'index' && expression.index?.kind === 'literal') {
    return wordsOf(String(expression.index.value));
  }
  return [];
}

/** The words of what a call's result is called: what it is assigned to, passed as, or returned from. */
export function purposeOf(site: CallSite, analysis: Analysis): ReadonlySet<string> {
  const words = new Set<string>();
  const { span } = site.call;
  for (const { targets, value } of analysis.program.assignments) {
    if (!contains(value.span, span)) continue;
    for (const target of targets) for (const word of wordsIn(target)) words.add(word);
  }
  for (const other of analysis.calls) {
    if (!contains(other.call.span, span) || other === site) continue;
    for (const { name, value } of other.call.arguments) {
      if (name !== undefined && contains(value.span, span)) for (const word of wordsOf(name)) words.add(word);
    }
  }
  for (const expression of analysis.program.expressions) {
    if (expression.kind !== 'mapping' || !contains(expression.span, span)) continue;
    for (const { key, value } of expression.entries) {
      if (key?.kind === 'literal' && contains(value.span, span)) {
        for (const word of wordsOf(String(key.value))) words.add(word);
      }
    }
  }
  for (const word of wordsOf(site.caller?.name ?? '')) words.add(word);
  return words;
}

/** Name of what is assigned to or called, without what it belongs to. */
export function lastName(expression: Expression): string {
  if (expression.kind === 'member') return expression.property;
  if (expression.kind === 'index' && expression.index?.kind === 'literal') return String(expression.index.value);
  return expression.kind === 'name' ? expression.name : '';
}

/** Whether any of the words is among the wanted. */
export function hasWord(words: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  for (const word of words) if (wanted.has(word)) return true;
  return false;
}

/** Whether `outer` covers `inner`. */
export function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
