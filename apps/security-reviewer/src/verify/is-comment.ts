import { extname } from 'node:path';

const hash = /^\s*#(?!!)/;
const slashes = /^\s*(?:\/\/|\/\*|\*(?:\/|\s|$))/;
const dashes = /^\s*--/;
const markup = /^\s*<!--/;

/** How a line that is nothing but a comment begins, by the endings of its files. */
const beginnings: readonly (readonly [RegExp, ReadonlySet<string>])[] = [
  [hash, new Set('.bash .ex .exs .pl .pm .ps1 .py .pyi .pyw .r .rb .sh .tf .yaml .yml .zsh'.split(' '))],
  [
    slashes,
    new Set(
      (
        '.c .cc .cjs .cpp .cs .cts .cxx .dart .go .gradle .groovy .h .hpp .java .js .jsx .kt .kts .m .mjs .mts .rs ' +
        '.scala .sol .swift .ts .tsx'
      ).split(' '),
    ),
  ],
  [dashes, new Set(['.lua', '.sql'])],
  [markup, new Set(['.html', '.svelte', '.vue', '.xml'])],
];

/** What makes a comment matter after all: it shows other code than there is. */
const hidden = /[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/;

/** Whether cited code is nothing but comments, in a language whose comments are known. A block's inner lines count as code. */
export function isOnlyComment(file: string, code: string): boolean {
  const ending = extname(file).toLowerCase();
  const beginning = beginnings.find(([, endings]) => endings.has(ending))?.[0];
  if (beginning === undefined || hidden.test(code)) return false;
  const lines = code.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 0 && lines.every((line) => beginning.test(line) && !/\*\/\s*\S/.test(line));
}
