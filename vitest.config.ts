import { defineConfig, type ViteUserConfig } from 'vitest/config';

const source = { ssr: { resolve: { conditions: ['@harness-sdk/source'] } } };

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'examples/*.test.ts', 'layers.test.ts'],
        },
      },
      { ...source, test: { name: 'e2e', include: ['apps/*/test/**/*.test.ts', 'test/**/*.test.ts'] } },
    ],
  },
});

export default config;
