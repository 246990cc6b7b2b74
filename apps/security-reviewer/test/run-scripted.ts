import type { Model } from '@harness-sdk/core';
import type { CliContext } from '../src/cli/cli-context.ts';
import { runCli } from '../src/cli/run-cli.ts';
import type { CliOutcome } from './spawn-cli.ts';

/** One session after the other and no second look, so that a script can be a list of turns. */
const inOrder = ['--concurrency', '1', '--verify', 'code'];

/** Runs the program in this process with a model in the place of a provider's. */
export async function runWithModel(
  model: Model,
  cwd: string,
  changes: Partial<Pick<CliContext, 'parameters' | 'signal' | 'durable'>> = {},
): Promise<Pick<CliOutcome, 'stdout' | 'stderr'> & { code: number }> {
  let stdout = '';
  let stderr = '';
  const { parameters = ['.', '--format', 'json'], ...others } = changes;
  const code = await runCli({
    parameters: [...inOrder, '--provider', 'anthropic', '--model', model.id, '--quiet', ...parameters],
    cwd,
    version: '0.0.0',
    signal: new AbortController().signal,
    writeOut: async (text) => void (stdout += text),
    writeError: (text) => void (stderr += text),
    loadModel: async () => model,
    ...others,
  });
  return { code, stdout, stderr };
}
