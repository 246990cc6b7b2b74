import { fileURLToPath } from 'node:url';
import type { UserConfig } from 'tsdown';

/** The grammars are shipped with the program, so that their packages, which hold much more, are not installed with it. */
export const grammars: readonly string[] = [
  'tree-sitter-go/tree-sitter-go.wasm',
  'tree-sitter-java/tree-sitter-java.wasm',
  'tree-sitter-javascript/tree-sitter-javascript.wasm',
  'tree-sitter-python/tree-sitter-python.wasm',
  'tree-sitter-typescript/tree-sitter-tsx.wasm',
  'tree-sitter-typescript/tree-sitter-typescript.wasm',
].map((specifier) => fileURLToPath(import.meta.resolve(specifier)));

/** A program, not a library: no declarations and no public surface to guard. */
const config: UserConfig = {
  entry: 'src/main.ts',
  platform: 'node',
  fixedExtension: false,
  dts: false,
  sourcemap: true,
  failOnWarn: true,
  publint: { strict: true },
  copy: grammars.map((from) => ({ from, to: 'dist/grammars' })),
};

export default config;
