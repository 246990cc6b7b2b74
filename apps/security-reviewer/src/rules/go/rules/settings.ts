import type { Analysis } from '../../flow/analysis.ts';
import type { Expression, Span } from '../../program/program.ts';
import type { Value } from '../../flow/value.ts';

/** A field that is set: in a structure that is made, or afterwards. */
export interface Setting {
  readonly name: string;
  readonly value: Value;
  readonly expression: Expression;
  readonly span: Span;
  /** Ref of what it belongs to. */
  readonly owner: string;
  /** The structure that is made, where it is set there. */
  readonly whole: Span;
}

/** Every field that is set, with what it is set to. */
export function* settingsOf(analysis: Analysis): Generator<Setting> {
  for (const site of analysis.calls) {
    for (const { name, value } of site.call.arguments) {
      if (name === undefined) continue;
      yield {
        name,
        value: analysis.valueOf(value),
        expression: value,
        span: value.span,
        owner: site.ref,
        whole: site.call.span,
      };
    }
  }
  for (const { targets, value, span } of analysis.program.assignments) {
    for (const target of targets) {
      if (target.kind !== 'member') continue;
      const owner = analysis.valueOf(target.object).ref.replace(/\(\)$/, '');
      yield { name: target.property, value: analysis.valueOf(value), expression: value, span, owner, whole: span };
    }
  }
}
