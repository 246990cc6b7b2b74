import type { Analysis } from '../../flow/analysis.ts';
import type { Value } from '../../flow/value.ts';
import { lastName } from '../../knowledge/naming.ts';
import { literalText } from '../../knowledge/written-secrets.ts';
import type { CallSite } from '../../flow/call-site.ts';
import type { Expression, Span } from '../../program/program.ts';

/** A named value: assigned to a name or property, or an entry of an object. */
export interface Setting {
  readonly name: string;
  readonly value: Value;
  readonly expression: Expression;
  readonly span: Span;
  /** What it is set on: `process.env` of `process.env.X = …`; nothing for a name or an entry. */
  readonly owner: Expression | undefined;
  readonly isEntry: boolean;
}

/** Every setting of the file, in the order of the source. */
export function settingsOf(analysis: Analysis): Setting[] {
  const settings: Setting[] = [];
  for (const { targets, value, span, operator } of analysis.program.assignments) {
    for (const target of operator === undefined ? targets : []) {
      const owner = target.kind === 'member' || target.kind === 'index' ? target.object : undefined;
      const { kind } = target;
      const isSettable = kind === 'member' || kind === 'index' || kind === 'name';
      if (!isSettable) continue;
      settings.push({
        name: lastName(target),
        value: analysis.valueOf(value),
        expression: value,
        span,
        owner,
        isEntry: false,
      });
    }
  }
  for (const expression of analysis.program.expressions) {
    if (expression.kind !== 'mapping') continue;
    for (const { key, value } of expression.entries) {
      const name = literalText(key);
      if (name === undefined || key === undefined) continue;
      const span = { start: key.span.start, end: value.span.end, line: key.span.line, endLine: value.span.endLine };
      settings.push({ name, value: analysis.valueOf(value), expression: value, span, owner: undefined, isEntry: true });
    }
  }
  return settings.toSorted((a, b) => a.span.start - b.span.start);
}

/** An option of a call: an entry of any object that it is given. */
export function optionOf(site: CallSite, name: string): Value | undefined {
  const named = site.named.get(name);
  return named ?? site.positional.map((value) => value.entries?.get(name)).find((value) => value !== undefined);
}
