import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AgentError, messageOf } from '@harness-sdk/core';
import { Language, Parser } from 'web-tree-sitter';

let parserReady: Promise<void> | undefined;

/**
 * Loads a grammar for the parser: from `grammars/` beside this module where the program is built, from the
 * grammar's own package where it runs from source.
 *
 * @param specifier - Package and file: `tree-sitter-python/tree-sitter-python.wasm`.
 * @throws AgentError with the code `missing_package` when the file cannot be found or read.
 */
export async function loadGrammar(specifier: string): Promise<Language> {
  parserReady ??= Parser.init();
  const path = grammarPath(specifier);
  try {
    await parserReady;
    return await Language.load(path);
  } catch (error) {
    throw new AgentError(
      'missing_package',
      `Could not load the grammar at ${path}: ${messageOf(error)}. Reinstall the package to get it back.`,
      { cause: error },
    );
  }
}

function grammarPath(specifier: string): string {
  const built = fileURLToPath(new URL(`grammars/${specifier.slice(specifier.lastIndexOf('/') + 1)}`, import.meta.url));
  if (existsSync(built)) return built;
  try {
    return fileURLToPath(import.meta.resolve(specifier));
  } catch (error) {
    throw new AgentError(
      'missing_package',
      `Found the grammar "${specifier}" neither at ${built} nor among the installed packages. Install it, or build again.`,
      { cause: error },
    );
  }
}
