import type { LanguagePack } from '../language-pack.ts';
import { lowerGo } from './lower/lower-go.ts';
import { GO_MODEL } from './model/go-model.ts';
import { GO_MODULES } from './modules.ts';
import { GO_RULES } from './rules.ts';

const LEAVES: ReadonlySet<string> = new Set(
  'comment identifier field_identifier package_identifier type_identifier interpreted_string_literal raw_string_literal rune_literal int_literal float_literal function_type interface_type'.split(
    ' ',
  ),
);

/** Go, for servers and tools. */
export const GO: LanguagePack = {
  language: 'go',
  extensions: ['.go'],
  grammar: 'tree-sitter-go/tree-sitter-go.wasm',
  isLeaf: (type) => LEAVES.has(type),
  lower: lowerGo,
  model: GO_MODEL,
  modules: GO_MODULES,
  rules: GO_RULES,
};
