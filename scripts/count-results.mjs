// Prints `N passed, N failed` from vitest's JSON reports and the steps that failed for another reason.
// Usage: node scripts/count-results.mjs <failed steps> <report>…
import { existsSync, readFileSync } from 'node:fs';

const [failedSteps, ...paths] = process.argv.slice(2);
const reports = paths.filter((path) => existsSync(path)).map((path) => JSON.parse(readFileSync(path, 'utf8')));

// The same tests ran in every report: the worst one counts.
const worst = reports.toSorted((a, b) => b.numFailedTests - a.numFailedTests)[0];
const passed = worst?.numPassedTests ?? 0;
const skipped = (worst?.numPendingTests ?? 0) + (worst?.numTodoTests ?? 0);
// A step may fail without a failing test: a test file that does not load, a lint error, a broken build.
const failed = Math.max(worst?.numFailedTests ?? 0, Number(failedSteps));

if (skipped > 0) console.log(`${skipped} skipped`);
console.log(`${passed} passed, ${failed} failed`);
