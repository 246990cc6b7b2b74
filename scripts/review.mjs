// `npm run review`: the security reviewer from source. Without arguments it reviews the example, and ends with 0
// whatever it finds. Runs in this process, so that exit codes and signals are the reviewer's own.
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const main = join(root, 'apps/security-reviewer/src/main.ts');
const given = process.argv.slice(2);

process.argv.splice(
  1,
  Infinity,
  main,
  ...(given.length > 0 ? given : ['examples/review_target.py', '--fail-on', 'none']),
);
await import(main);
