import type { UserConfig } from 'tsdown';
import ApiSnapshot from 'tsnapi/rolldown';

/**
 * How every published package is built: one bundled file an entry, its declarations, a snapshot of its public
 * surface that fails the build when it changes unasked, and the checks of the packed result.
 *
 * @param entry - Source of each entry point by the name it gets in `dist`.
 */
export function libraryConfig(entry: Record<string, string>): UserConfig {
  return {
    entry,
    platform: 'node',
    fixedExtension: false,
    dts: true,
    sourcemap: true,
    // An import that nothing of is used is left out; of declarations it would make consumers load types they may not have.
    treeshake: { moduleSideEffects: 'no-external' },
    failOnWarn: true,
    plugins: [ApiSnapshot()],
    publint: { strict: true },
    attw: { profile: 'esm-only' },
  };
}
