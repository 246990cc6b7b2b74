import type { TextFormat } from './text-format.ts';

/** A setting of a file: a name with its value. */
export interface TextSetting {
  readonly name: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
  /** Index of the line's first character in the file. */
  readonly lineStart: number;
  /** Index of the value in its line. */
  readonly column: number;
}

/** Longer lines hold data that programs write. */
const MAX_LINE = 2_000;
const MAX_LINES = 100_000;

/** How settings are found in one line; the groups are `name` and `value`, or `quoted` for a value in quotes. */
const PATTERNS: Readonly<Record<TextFormat, readonly RegExp[]>> = {
  assignment: [
    /^\s*(?:(?:export|set|declare|local|readonly)\s+(?:-\w+\s+)*)?(?:\/\/\S+:)?(?<name>[A-Za-z_][\w.-]*)\s*[=:]\s*(?:(?<quote>["'])(?<quoted>(?:\\.|(?!\k<quote>).)*)\k<quote>[\s},]*|(?<value>[^\s"'#;][^#;]*))(?:[#;].*)?$/dg,
    // Tables within a line: `{ user = "app", password = "…" }`.
    /[{,]\s*(?<name>[A-Za-z_][\w-]{0,80})\s*[=:]\s*(?<quote>["'])(?<quoted>(?:\\.|(?!\k<quote>).)*)\k<quote>/dg,
  ],
  docker: [
    /(?:^\s*(?:ENV|ARG)\s+|(?<=\s)|^\s+)(?<name>[A-Za-z_]\w{0,80})=(?:(?<quote>["'])(?<quoted>(?:\\.|(?!\k<quote>).)*)\k<quote>|(?<value>[^\s"']+))/dg,
    /^\s*ENV\s+(?<name>[A-Za-z_]\w*)\s+(?<value>[^\s=]+)\s*$/dg,
  ],
  json: [/"(?<name>[^"\\]{1,80})"\s*:\s*(?<quote>")(?<quoted>(?:\\.|[^"\\])*)"/dg],
  yaml: [
    /^\s*(?:-\s+)?["']?(?<name>[A-Za-z_][\w.-]*)["']?\s*:\s+(?:(?<quote>["'])(?<quoted>(?:\\.|(?!\k<quote>).)*)\k<quote>|(?<value>[^\s"'#|>&*!{[][^#]*))\s*(?:#.*)?$/dg,
    /^\s*-\s+(?<quote>["']?)(?<name>[A-Za-z_]\w*)=(?<value>[^\s"']+)\k<quote>\s*$/dg,
    /[{,]\s*(?<name>[A-Za-z_][\w-]{0,80})\s*:\s+(?<quote>["'])(?<quoted>(?:\\.|(?!\k<quote>).)*)\k<quote>/dg,
  ],
  xml: [
    /<(?<name>[A-Za-z_][\w.-]{0,80})>(?<value>[^<>]+)<\/\k<name>>/dg,
    /\b(?:key|name)\s*=\s*"(?<name>[^"]+)"\s+value\s*=\s*(?<quote>")(?<quoted>[^"]*)"/dg,
    /\b(?<name>[A-Za-z_][\w.-]{0,80})\s*=\s*(?<quote>")(?<quoted>[^"]*)"/dg,
  ],
  login: [/\b(?<name>password)\s+(?<value>\S+)/dg],
};

/** Every setting of the text, in its order. Never throws, and takes time in proportion to the text. */
export function* textSettings(text: string, format: TextFormat): Generator<TextSetting> {
  let lineStart = 0;
  let before: TextSetting | undefined;
  for (const [index, line] of text.split('\n', MAX_LINES).entries()) {
    const comment = format === 'json' || format === 'xml' ? undefined : /^\s*[#;]/.exec(line);
    if (line.length <= MAX_LINE && comment === null) {
      for (const setting of settingsOf(line.replace(/\r$/, ''), format, index + 1, lineStart)) {
        yield setting;
        // `- name: DB_PASSWORD` with `value: …` below it.
        if (format === 'yaml' && setting.name === 'value' && before?.name === 'name') {
          if (before.line === setting.line - 1) yield { ...setting, name: before.value };
        }
        before = setting;
      }
    } else if (line.length <= MAX_LINE && comment === undefined) {
      yield* settingsOf(line.replace(/\r$/, ''), format, index + 1, lineStart);
    }
    lineStart += line.length + 1;
  }
}

function* settingsOf(line: string, format: TextFormat, number: number, lineStart: number): Generator<TextSetting> {
  const seen = new Set<number>();
  for (const pattern of PATTERNS[format]) {
    for (const { groups, indices } of line.matchAll(pattern)) {
      const name = groups?.['name'];
      const value = groups?.['quoted'] ?? withoutEnd(groups?.['value']);
      const place = indices?.groups?.['quoted'] ?? indices?.groups?.['value'];
      if (name === undefined || value === undefined || place === undefined || seen.has(place[0])) continue;
      seen.add(place[0]);
      yield { name, value, line: number, lineStart, column: place[0] };
    }
  }
}

/** What closes the block around a value is no part of it. */
function withoutEnd(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  let end = value.length;
  while (end > 0 && /[\s},]/.test(value.charAt(end - 1))) end -= 1;
  return value.slice(0, end);
}
