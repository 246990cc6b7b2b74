// Installs the workspace when its dependencies are missing or out of date, so that one npm command is enough in a
// fresh clone. Runs on Node 20 with npm and nothing else; all its output goes to stderr, stdout is the job's own.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
const lockPath = join(root, '.setup.lock');

/** Whether pnpm's own copy of the lockfile, written at the end of an install, is the lockfile of this checkout. */
function isInstalled() {
  const installed = readIfPresent(join(root, 'node_modules/.pnpm/lock.yaml'));
  return installed !== undefined && installed.equals(readFileSync(join(root, 'pnpm-lock.yaml')));
}

/** @param {string} path */
function readIfPresent(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Takes the lock, or says which process holds it. A lock whose process is gone is taken over. */
function tryLock() {
  try {
    const file = openSync(lockPath, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return { isTaken: true };
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = Number(readIfPresent(lockPath)?.toString() ?? '');
  // An empty file is a lock being written this very moment.
  if (holder > 0 && !isRunning(holder)) removeLock();
  return { isTaken: false, holder };
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function removeLock() {
  try {
    unlinkSync(lockPath);
  } catch (error) {
    // Another process that saw the same dead holder was faster.
    if (error.code !== 'ENOENT') throw error;
  }
}

/** Waits until no other setup runs in this checkout. */
async function takeLock() {
  let hasSaidSo = false;
  for (;;) {
    const { isTaken, holder } = tryLock();
    if (isTaken) return;
    if (!hasSaidSo && holder > 0) {
      console.error(`Waiting for another setup of this checkout (process ${holder}; ${lockPath}).`);
      hasSaidSo = true;
    }
    await sleep(200);
  }
}

/**
 * Runs the pinned pnpm with its output on stderr.
 *
 * @param {string} pnpm - As `packageManager` in package.json names it, such as `pnpm@12.0.0`.
 * @param {string[]} parameters
 */
function runPnpm(pnpm, parameters) {
  // npx is a script on Windows, and only a shell can start it.
  const isWindows = process.platform === 'win32';
  const command = ['--yes', '--prefer-offline', pnpm, ...parameters];
  return spawnSync('npx', command, { cwd: root, stdio: ['ignore', 2, 2], shell: isWindows });
}

/** @param {ReturnType<typeof spawnSync>} result */
function outcome(result) {
  return result.error?.message ?? (result.signal ? `stopped by ${result.signal}` : `exit code ${result.status}`);
}

function install() {
  const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager;
  console.error(`Installing dependencies with ${pnpm} (only when they changed)…`);
  const found = runPnpm(pnpm, ['--version']);
  if (found.status !== 0) {
    throw new Error(
      `npx could not get ${pnpm}: ${outcome(found)}. The first run needs npm, npx and a package registry that npm ` +
        `can reach; npm's own message is above. Once that is mended, run the command again.`,
    );
  }
  const installed = runPnpm(pnpm, ['install', '--frozen-lockfile', '--prefer-offline']);
  if (installed.status !== 0) {
    throw new Error(`${pnpm} could not install the dependencies: ${outcome(installed)}. Its message is above.`);
  }
}

async function setUp() {
  if (isInstalled()) return;
  await takeLock();
  try {
    if (!isInstalled()) install();
  } finally {
    removeLock();
  }
}

try {
  await setUp();
} catch (error) {
  console.error(`\nSetup failed. ${error.message}`);
  process.exitCode = 1;
}
