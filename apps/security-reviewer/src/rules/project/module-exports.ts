import type { Analysis } from '../flow/analysis.ts';
import type { ClassModel } from '../flow/definition.ts';
import { valueWith, type Value } from '../flow/value.ts';
import { Exporter } from './exported-value.ts';

/** What a file exports, by name; `default` stands for the module itself where a language has that. */
export function moduleExports(
  analysis: Analysis,
  imported: (path: string) => Value | undefined,
): ReadonlyMap<string, Value> {
  const { bindings, program } = analysis;
  const classes = new Map<string, ClassModel>();
  for (const { ref, definition } of bindings.values()) if (definition?.kind === 'class') classes.set(ref, definition);
  const exporter = new Exporter((ref) => classes.get(ref));
  const exports = new Map<string, Value>();
  const add = (name: string, value: Value | undefined): void => {
    if (value !== undefined && isKnown(value)) exports.set(name, exporter.value(value, name));
  };
  if (program.exports === undefined) {
    for (const [name, value] of bindings) if (/^\w+$/.test(name)) add(name, value);
    return exports;
  }
  for (const entry of program.exports) {
    if ('local' in entry) {
      add(entry.name, bindings.get(entry.local));
      continue;
    }
    const value = imported(entry.path);
    if (entry.name !== undefined) add(entry.name, value);
    else if (value?.definition?.kind === 'module') {
      for (const [name, part] of value.definition.exports) if (name !== 'default') exports.set(name, part);
    }
  }
  addCommonJs(bindings, add);
  return exports;
}

/** `module.exports = { run }`, `module.exports.run = …` and `exports.run = …`. */
function addCommonJs(
  bindings: ReadonlyMap<string, Value>,
  add: (name: string, value: Value | undefined) => void,
): void {
  for (const [name, value] of bindings.get('module.exports')?.entries ?? []) add(name, value);
  for (const [place, value] of bindings) {
    const name = /^(?:module\.)?exports\.(\w+)$/.exec(place)?.[1];
    if (name !== undefined) add(name, value);
  }
}

/** Nothing is gained by a value of which nothing is known: what it is called says more. */
function isKnown(value: Value): boolean {
  return value.definition !== undefined || value.instanceOf !== undefined || !value.taint.has('unknown');
}

/** A module as a value: what is imported of it as a whole, and its exports as its members. */
export function moduleValue(exports: ReadonlyMap<string, Value>, path: string): Value {
  const whole = exports.get('default') ?? valueWith({});
  const isNamespace = whole.definition === undefined && whole.instanceOf === undefined;
  return {
    ...whole,
    ref: whole.ref === '' || isNamespace ? path : whole.ref,
    definition: isNamespace ? { kind: 'module', exports } : whole.definition,
  };
}
