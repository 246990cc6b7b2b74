// The suites beside `npm test`: too long for it, or in need of something that not every machine has.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Variables that make the tests run all they have, and what to run. */
const suites = {
  full: { env: { HARNESS_FULL: '1' }, files: [] },
  // Skips what needs a browser where none is installed.
  browser: { env: { HARNESS_BROWSER: '1' }, files: ['browser.test.ts'] },
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
} else {
  console.error(`Expected a suite, one of ${Object.keys(suites).join(', ')}; got ${JSON.stringify(suite)}.`);
  process.exitCode = 2;
}
