// The suites beside `npm test`: too long for it, or in need of something that not every machine has.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Suites that do not exist yet, and what they wait for. */
const absent = {
  browser: 'no package claims to run in a browser yet, so there is nothing to load into one',
};

/** Variables that make the tests run all they have, and what to run. */
const suites = {
  full: { env: { HARNESS_FULL: '1' }, files: [] },
  crash: { env: { HARNESS_CRASH: '1' }, files: ['crash.test.ts'] },
  // Says which sandboxes do not work here, and leaves those out.
  sandbox: { env: {}, files: ['packages/tools-bash/src/sandbox'] },
};

const [suite, ...parameters] = process.argv.slice(2);
const known = Object.hasOwn(suites, suite ?? '') ? suites[suite] : undefined;

if (known !== undefined) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const env = { ...process.env, ...known.env };
  const { status, error } = spawnSync(process.execPath, [vitest, 'run', ...known.files, ...parameters], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  if (error) console.error(`Could not start vitest: ${error.message}`);
  process.exitCode = status ?? 1;
} else if (Object.hasOwn(absent, suite ?? '')) {
  console.warn(`SKIPPED: test:${suite} ran no test: ${absent[suite]}.`);
} else {
  console.error(
    `Expected a suite, one of ${[...Object.keys(suites), ...Object.keys(absent)].join(', ')}; got ${JSON.stringify(suite)}.`,
  );
  process.exitCode = 2;
}
