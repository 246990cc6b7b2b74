import type { UserConfig } from 'tsdown';

/** A program, not a library: no declarations and no public surface to guard. */
const config: UserConfig = {
  entry: 'src/main.ts',
  platform: 'node',
  fixedExtension: false,
  dts: false,
  sourcemap: true,
  failOnWarn: true,
  publint: { strict: true },
};

export default config;
