import { afterAll, afterEach } from 'vitest';

const unexpected: string[] = [];

/** A test that cannot run here says so in a line that starts like this; all other output is a failure. */
const skipMark = 'SKIPPED:';

for (const method of ['debug', 'error', 'info', 'log', 'warn'] as const) {
  const print = console[method].bind(console);
  console[method] = (...values: unknown[]) => {
    print(...values);
    const text = values.map(String).join(' ');
    if (!text.startsWith(skipMark)) unexpected.push(`console.${method}: ${text}`);
  };
}

function failOnOutput(): void {
  const lines = unexpected.splice(0);
  if (lines.length > 0) throw new Error(`Unexpected console output:\n${lines.join('\n')}`);
}

afterEach(failOnOutput);
// What a test file prints while it is loaded or torn down.
afterAll(failOnOutput);
