import manifest from '../package.json' with { type: 'json' };
import { EXIT_CODES } from './cli/exit-code.ts';
import { runCli } from './cli/run-cli.ts';

const interrupt = new AbortController();

// The first interrupt ends the review and lets it write what it has; the second one ends the program.
process.on('SIGINT', () => {
  if (interrupt.signal.aborted) process.exit(EXIT_CODES.interrupted);
  interrupt.abort();
});

// Whoever reads the report may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCli({
  parameters: process.argv.slice(2),
  cwd: process.cwd(),
  version: manifest.version,
  signal: interrupt.signal,
  writeOut: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
});
