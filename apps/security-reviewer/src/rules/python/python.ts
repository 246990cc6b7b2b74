import type { LanguagePack } from '../language-pack.ts';
import { lowerPython } from './lower-statement.ts';
import { PYTHON_MODEL } from './model/python-model.ts';
import { PYTHON_MODULES } from './modules.ts';
import { PYTHON_RULES } from './rules.ts';

/** Python, from 2.7 to the newest. */
export const PYTHON: LanguagePack = {
  language: 'python',
  extensions: ['.py', '.pyw', '.pyi'],
  grammar: 'tree-sitter-python/tree-sitter-python.wasm',
  isLeaf: (type) => type === 'string_content' || type === 'comment' || type === 'identifier',
  lower: lowerPython,
  model: PYTHON_MODEL,
  modules: PYTHON_MODULES,
  rules: PYTHON_RULES,
};
