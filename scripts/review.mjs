// `npm run review`: the security reviewer from source. Without arguments it reviews the example, and ends with 0
// whatever it finds. Runs in this process, so that exit codes and signals are the reviewer's own.
import { fileURLToPath } from 'node:url';

const main = new URL('../apps/security-reviewer/src/main.ts', import.meta.url);
const example = ['examples/review_target.py', '--fail-on', 'none'];
const given = process.argv.slice(2);

process.argv = [process.execPath, fileURLToPath(main), ...(given.length > 0 ? given : example)];
await import(main.href);
