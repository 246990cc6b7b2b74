import { homedir } from 'node:os';
import { join } from 'node:path';
import { arrayBuffer } from 'node:stream/consumers';
import { AgentError, messageOf } from '@harness-sdk/core';
import manifest from '../package.json' with { type: 'json' };
import { EXIT_CODES } from './cli/exit-code.ts';
import { runCli } from './cli/run-cli.ts';

const interrupt = new AbortController();

// The first interrupt ends the review and lets it write what it has; the second one ends the program.
process.on('SIGINT', () => {
  if (interrupt.signal.aborted) process.exit(EXIT_CODES.interrupted);
  interrupt.abort();
});

// What goes wrong is told to the callback of each write; without a listener it would end the program besides.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

try {
  process.exitCode = await runCli({
    parameters: process.argv.slice(2),
    cwd: process.cwd(),
    version: manifest.version,
    signal: interrupt.signal,
    environment: process.env,
    cacheDirectory: join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'security-reviewer'),
    terminal: process.stderr.isTTY ? process.stderr : undefined,
    output: { isTerminal: process.stdout.isTTY, isColored: process.stdout.isTTY && process.stdout.hasColors() },
    readInput: async () => new Uint8Array(await arrayBuffer(process.stdin)),
    writeOut,
    writeError: (text) => process.stderr.write(text),
  });
} catch (error) {
  // A defect: not 1, which says that there are findings.
  console.error(error);
  process.exitCode = EXIT_CODES.provider;
}

/** Writes to stdout, to the end. Whoever reads the report may stop reading, as `head` does. */
function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      const isClosed = error instanceof Error && 'code' in error && error.code === 'EPIPE';
      if (error === null || error === undefined || isClosed) return resolve();
      const message = `The report could not be written: ${messageOf(error)}.`;
      reject(new AgentError('store_failed', message, { cause: error }));
    });
  });
}
