import type { LanguagePack } from '../language-pack.ts';
import { lowerJava } from './lower/lower-java.ts';
import { JAVA_MODEL } from './model/java-model.ts';
import { JAVA_MODULES } from './modules.ts';
import { JAVA_RULES } from './rules.ts';

const LEAVES: ReadonlySet<string> = new Set(
  'line_comment block_comment identifier type_identifier string_literal character_literal type_arguments type_parameters'.split(
    ' ',
  ),
);

/** Java, for servers and tools. */
export const JAVA: LanguagePack = {
  language: 'java',
  extensions: ['.java'],
  grammar: 'tree-sitter-java/tree-sitter-java.wasm',
  isLeaf: (type) => LEAVES.has(type),
  lower: lowerJava,
  model: JAVA_MODEL,
  modules: JAVA_MODULES,
  rules: JAVA_RULES,
};
