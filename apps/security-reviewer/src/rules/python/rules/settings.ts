import type { Expression, Span } from '../../program/program.ts';
import type { Analysis } from '../../flow/analysis.ts';
import type { Value } from '../../flow/value.ts';
import { contains, lastName } from '../../knowledge/naming.ts';

/** A setting with its value: assigned, or passed to `config.update(…)`. */
export interface Setting {
  readonly name: string;
  readonly value: Value;
  /** Whether it is settled by a condition at run time. */
  readonly isConditional: boolean;
  readonly span: Span;
  /** What it is set on: `app.config` of `app.config["DEBUG"]`; nothing for a plain name. */
  readonly owner: Expression | undefined;
  /** Class around it, where there is one: `DevelopmentConfig`. */
  readonly className: string | undefined;
  /** Whether it stands inside a function. */
  readonly isLocal: boolean;
}

/** Every setting of the file, in the order of the source. */
export function settingsOf(analysis: Analysis): Setting[] {
  const settings: Setting[] = [];
  const add = (name: string, value: Expression, span: Span, owner: Expression | undefined): void => {
    settings.push({
      name,
      value: analysis.valueOf(value),
      isConditional: value.kind === 'conditional' || value.kind === 'logical',
      span,
      owner,
      className: analysis.program.classes.findLast((around) => contains(around.span, span))?.name,
      isLocal: analysis.program.functions.some((around) => contains(around.span, span)),
    });
  };
  for (const { targets, value, span, operator } of analysis.program.assignments) {
    for (const target of operator === undefined ? targets : []) {
      const owner = target.kind === 'member' || target.kind === 'index' ? target.object : undefined;
      add(lastName(target), value, span, owner);
    }
  }
  for (const { callee, arguments: given } of analysis.program.expressions.filter(
    (expression) => expression.kind === 'call',
  )) {
    if (callee.kind !== 'member' || !/^(?:update|from_mapping)$/.test(callee.property)) continue;
    if (!/config|settings|conf$/i.test(lastName(callee.object))) continue;
    for (const { name, value } of given) if (name !== undefined) add(name, value, value.span, callee.object);
  }
  return settings.toSorted((a, b) => a.span.start - b.span.start);
}
