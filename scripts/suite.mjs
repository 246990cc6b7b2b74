// The suites beside `npm test`: too long for it, or in need of something that not every machine has.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Suites that do not exist yet, and what they wait for. */
const absent = {
  crash: 'no session store keeps its events on disk yet, so there is nothing to find again after a killed process',
  browser: 'no package claims to run in a browser yet, so there is nothing to load into one',
  sandbox: 'no tool starts a process of the model’s choosing yet, so there is nothing to confine',
};

const [suite, ...parameters] = process.argv.slice(2);

if (suite === 'full') {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const env = { ...process.env, HARNESS_FULL: '1' };
  const { status, error } = spawnSync(process.execPath, [vitest, 'run', ...parameters], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  if (error) console.error(`Could not start vitest: ${error.message}`);
  process.exitCode = status ?? 1;
} else if (Object.hasOwn(absent, suite ?? '')) {
  console.warn(`SKIPPED: test:${suite} ran no test: ${absent[suite]}.`);
} else {
  console.error(`Expected a suite, one of full, ${Object.keys(absent).join(', ')}; got ${JSON.stringify(suite)}.`);
  process.exitCode = 2;
}
