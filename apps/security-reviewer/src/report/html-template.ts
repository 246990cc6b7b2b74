import { toVisibleName } from './inert-text.ts';

/** Markup that was written here, with what was put into it escaped. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template: texts and numbers are escaped, markup is taken as it is. */
export type HtmlValue = string | number | Html | readonly Html[];

/**
 * Markup from a template. Every text that is put in is shown as it is, in an element as well as between the quotes of an
 * attribute, and what cannot be seen in it is spelt out. Attributes that hold addresses, styles or scripts must not be
 * made from texts.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.map((string, index) => (index === 0 ? '' : toMarkup(values[index - 1])) + string).join(''));
}

function toMarkup(value: HtmlValue | undefined): string {
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map(String).join('\n');
  return escapeHtml(String(value ?? ''));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function escapeHtml(text: string): string {
  return toVisibleCode(text).replace(/[&<>"'`]/g, (character) => entities[character] ?? '');
}

/** As it stands, with tabs and line ends, and with everything else unseen in it spelt out. */
function toVisibleCode(text: string): string {
  return text
    .split(/([\t\n])/)
    .map((part, index) => (index % 2 === 1 ? part : toVisibleName(part)))
    .join('');
}
