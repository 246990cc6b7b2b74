import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { repliesFor, serveReplies } from '../examples/recorded-server.ts';

const root = join(import.meta.dirname, '..');

/** Runs the example as a program, with the vendor's host replaced by recorded replies. */
async function runExample(name: string, replies: readonly string[]): Promise<string> {
  const server = await serveReplies(replies);
  try {
    const flags = [
      '--disable-warning=ExperimentalWarning',
      '--conditions=@harness-sdk/source',
      `--import=${join(import.meta.dirname, 'readme/to-recorded-server.mjs')}`,
      join(import.meta.dirname, `readme/${name}.ts`),
    ];
    const env = { ...process.env, ANTHROPIC_API_KEY: 'test-key', RECORDED_SERVER: server.url };
    const child = spawn(process.execPath, flags, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    return await text(child.stdout);
  } finally {
    await server.close();
  }
}

describe.for([
  ['root', 'README.md', /^2 \+ 2 = 4\nTokens: 142, cost: \$0\.\d{4}\n$/],
  ['core', 'packages/core/README.md', /2 \+ 2 = 4\nend_turn: 142 tokens\n$/],
] as const)('the first example of %s', ([name, readme, output]) => {
  test('is the one that is run here', () => {
    const code = readFileSync(join(import.meta.dirname, `readme/${name}.ts`), 'utf8');
    expect(readFileSync(join(root, readme), 'utf8')).toContain(`\`\`\`ts\n${code}\`\`\``);
  });

  test('prints text, tokens and what it cost', async () => {
    expect(await runExample(name, repliesFor('hello'))).toMatch(output);
  });
});
