import { basename, extname } from 'node:path';
import type { RulesEngine } from './rules/engine.ts';

/** Endings of files that a language model reviews when it meets them in a directory. */
const sourceExtensions: ReadonlySet<string> = new Set(
  (
    '.bash .c .cc .cjs .clj .cpp .cs .cshtml .cts .cxx .dart .ejs .erb .ex .exs .go .gradle .groovy .h .hpp .html .java ' +
    '.js .jsp .jsx .kt .kts .lua .m .mjs .mts .php .pl .pm .ps1 .py .pyw .r .rb .rs .scala .sh .sol .sql .svelte .swift ' +
    '.tf .ts .tsx .vb .vue .yaml .yml .zsh'
  ).split(' '),
);

/** Names of files that are source without an ending. */
const sourceNames: ReadonlySet<string> = new Set(['Dockerfile', 'Jenkinsfile', 'Makefile', 'Rakefile', 'Vagrantfile']);

/** Why a file is not reviewed, by its name; `undefined` where it is. */
export type ReasonToSkip = (path: string, isNamed: boolean) => string | undefined;

/** What the built-in rules review: the languages they know. */
export function reviewableByRules(engine: RulesEngine): ReasonToSkip {
  return (path) => (engine.supports(path) ? undefined : 'in no language that the built-in rules know');
}

/** What a language model reviews: source files, and any file that was named itself. */
export const reviewableByModel: ReasonToSkip = (path, isNamed) => {
  const isSource = sourceExtensions.has(extname(path).toLowerCase()) || sourceNames.has(basename(path));
  return isNamed || isSource ? undefined : 'no source file by its name';
};
