import { defineConfig, type ViteUserConfig } from 'vitest/config';

const shared = {
  // Packages are tested from their sources, so that no build comes first.
  ssr: { resolve: { conditions: ['@harness-sdk/source'] } },
} satisfies ViteUserConfig;

/** Where to write the results as JSON, for the script that counts them. */
const resultsPath = process.env['HARNESS_TEST_RESULTS'];

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: resultsPath === undefined ? ['default'] : ['default', ['json', { outputFile: resultsPath }]],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'apps/*/eval/*.test.ts',
            'examples/*.test.ts',
            '*.test.ts',
          ],
          setupFiles: ['vitest.setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['apps/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          setupFiles: ['vitest.setup.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});

export default config;
