import { AgentError } from '@harness-sdk/core';
import { expect, it } from 'vitest';
import { loadGrammar } from './load-grammar.ts';

it('loads a grammar from its package', async () => {
  const language = await loadGrammar('tree-sitter-python/tree-sitter-python.wasm');
  expect(language.nodeTypeCount).toBeGreaterThan(0);
});

it('says which grammar is missing and what to do', async () => {
  const failure = await loadGrammar('tree-sitter-nowhere/nowhere.wasm').catch((error: unknown) => error);
  expect(AgentError.isInstance(failure)).toBe(true);
  expect(failure).toMatchObject({ code: 'missing_package' });
  expect(String(failure)).toMatch(/tree-sitter-nowhere.*Install it/);
});

it('says so when the file is no grammar', async () => {
  const failure = await loadGrammar('tree-sitter-python/package.json').catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'missing_package' });
  expect(String(failure)).toMatch(/Could not load the grammar/);
});
