import type { Expression } from '../program/program.ts';
import { familySet } from './taint.ts';
import { cleaned, concatenate, derived, elementOf, FIXED, joinAll, textOf, type Value } from './value.ts';

/** A template longer than this is a page, not a format: it is not searched for marks. */
const MAX_TEMPLATE_LENGTH = 20_000;
const QUOTED = familySet('log', 'header');

/** Result of `template % argument`. */
export function formatPercent(template: Value, argument: Value, built: Expression): Value {
  let next = 0;
  const positional = (): Value => {
    const value = argument.items?.[next] ?? (argument.items === undefined ? elementlessOf(argument) : FIXED);
    next += 1;
    return value;
  };
  return fill(
    template,
    built,
    /%(?:\((?<name>[^)]*)\))?[-#0 +]*(?:\*|\d+)?(?:\.\d+)?(?<type>[diouxXeEfFgGcrsa%])/g,
    (match) => {
      const { name, type } = match.groups ?? {};
      if (type === '%') return '%';
      const value = name === undefined ? positional() : entryOf(argument, name);
      if (type === 's' || type === 'a' || type === 'c') return value;
      return type === 'r' ? cleaned(value, QUOTED) : FIXED;
    },
  );
}

/**
 * Result of `fmt.Sprintf(template, …)` or `String.format(template, …)`.
 *
 * @param rest - Stands for arguments that are spread from a list.
 */
export function formatVerbs(
  template: Value,
  given: readonly Value[],
  rest: Value | undefined,
  built: Expression,
): Value {
  let next = 0;
  return fill(
    template,
    built,
    /%(?:(?<place>\d+)\$|\[(?<bracket>\d+)\])?[-#0 +,(]*(?:\*|\d+)?(?:\.\d+)?(?<verb>[a-zA-Z%])/g,
    (match) => {
      const { place, bracket, verb } = match.groups ?? {};
      if (verb === '%') return '%';
      if (verb === 'n') return '\n';
      const position = Number(place ?? bracket ?? 0);
      const value = (position > 0 ? given[position - 1] : given[next]) ?? rest ?? FIXED;
      if (position === 0) next += 1;
      if (verb === 'q') return cleaned(value, QUOTED);
      return verb === 's' || verb === 'S' || verb === 'v' || verb === 'w' ? value : FIXED;
    },
  );
}

/** Result of `template.format(…)`. */
export function formatBraces(
  template: Value,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
  spread: readonly Value[],
  built: Expression,
): Value {
  let next = 0;
  const rest = spread.length === 0 ? undefined : joinAll(spread);
  return fill(
    template,
    built,
    /\{\{|\}\}|\{(?<field>[^{}!:]*)(?<conversion>![rsa])?(?<format>:[^{}]*)?\}/g,
    (match) => {
      if (match[0] === '{{' || match[0] === '}}') return match[0].slice(0, 1);
      const { field = '', conversion, format = '' } = match.groups ?? {};
      const root = field.split(/[.[]/)[0] ?? '';
      if (/[bcdeEfFgGnoxX%]$/.test(format)) {
        next += root === '' ? 1 : 0;
        return FIXED;
      }
      let value: Value | undefined;
      if (root === '') {
        value = positional[next] ?? rest;
        next += 1;
      } else if (/^\d+$/.test(root)) {
        value = positional[Number(root)] ?? rest;
      } else {
        value = named.get(root) ?? (rest === undefined ? undefined : entryOf(rest, root));
      }
      const shown = value ?? FIXED;
      const part = root === field ? shown : derived(shown);
      return conversion === '!r' ? cleaned(part, QUOTED) : part;
    },
  );
}

/** Result of `Template.substitute(…)`. */
export function formatDollars(
  template: Value,
  named: ReadonlyMap<string, Value>,
  spread: readonly Value[],
  built: Expression,
): Value {
  const rest = spread.length === 0 ? FIXED : joinAll(spread);
  return fill(template, built, /\$(?:\$|\{?(?<name>[A-Za-z_]\w*)\}?)/g, (match) => {
    const name = match.groups?.['name'];
    return name === undefined ? '$' : (named.get(name) ?? entryOf(rest, name));
  });
}

/** Result of `separator.join(parts)`. */
export function joinParts(separator: Value, parts: Value, built: Expression): Value {
  const elements = parts.items ?? [elementOf(parts)];
  const pieces: (string | Value)[] = [];
  elements.forEach((element, position) => {
    if (position > 0) pieces.push(separator);
    pieces.push(element);
  });
  return concatenate(pieces, built);
}

/** A template that is only known in part keeps its own holes. */
function fill(
  template: Value,
  built: Expression,
  pattern: RegExp,
  replacement: (match: RegExpExecArray) => string | Value,
): Value {
  const parts: (string | Value)[] = [];
  for (const piece of textOf(template)) {
    if (typeof piece !== 'string' || piece.length > MAX_TEMPLATE_LENGTH) {
      parts.push(piece);
      continue;
    }
    let end = 0;
    for (const match of piece.matchAll(pattern)) {
      parts.push(piece.slice(end, match.index), replacement(match));
      end = match.index + match[0].length;
    }
    parts.push(piece.slice(end));
  }
  return concatenate(parts, built);
}

function elementlessOf(argument: Value): Value {
  return argument.entries === undefined ? argument : elementOf(argument);
}

function entryOf(mapping: Value, key: string): Value {
  return (
    mapping.entries?.get(key) ?? mapping.entries?.get('*') ?? (mapping.entries === undefined ? derived(mapping) : FIXED)
  );
}
