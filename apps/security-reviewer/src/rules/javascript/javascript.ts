import type { LanguagePack } from '../language-pack.ts';
import { lowerJavaScript } from './lower/lower-javascript.ts';
import { JAVASCRIPT_MODEL } from './model/javascript-model.ts';
import { JAVASCRIPT_MODULES } from './modules.ts';
import { JAVASCRIPT_RULES } from './rules.ts';

const LEAVES: ReadonlySet<string> = new Set(
  'comment identifier string regex number type_annotation type_arguments type_parameters interface_declaration type_alias_declaration ambient_declaration'.split(
    ' ',
  ),
);

/** JavaScript and TypeScript, with and without JSX, for servers and pages. */
export const JAVASCRIPT: LanguagePack = {
  language: 'javascript',
  extensions: ['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx'],
  grammar: 'tree-sitter-javascript/tree-sitter-javascript.wasm',
  dialects: [
    { extensions: ['.ts', '.mts', '.cts'], grammar: 'tree-sitter-typescript/tree-sitter-typescript.wasm' },
    { extensions: ['.tsx'], grammar: 'tree-sitter-typescript/tree-sitter-tsx.wasm' },
  ],
  isLeaf: (type) => LEAVES.has(type),
  lower: lowerJavaScript,
  model: JAVASCRIPT_MODEL,
  modules: JAVASCRIPT_MODULES,
  rules: JAVASCRIPT_RULES,
};
