import { fileURLToPath } from 'node:url';
import type { UserConfig } from 'tsdown';

/** The grammars are shipped with the program, so that their packages, which hold much more, are not installed with it. */
export const grammars: readonly string[] = [
  fileURLToPath(import.meta.resolve('tree-sitter-python/tree-sitter-python.wasm')),
];

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
