import { AgentError, OptionError } from '@harness-sdk/core';
import { toVisibleText } from '../report/inert-text.ts';
import type { CliContext } from './cli-context.ts';
import { readCommandLine } from './command-line.ts';
import { runBaseline } from './commands/baseline.ts';
import { runDoctor } from './commands/doctor.ts';
import { runExplain } from './commands/explain.ts';
import { runInit } from './commands/init.ts';
import { runReview } from './commands/review.ts';
import { runRules } from './commands/rules.ts';
import { runVerify } from './commands/verify.ts';
import { EXIT_CODES } from './exit-code.ts';
import { HELP } from './help.ts';

/**
 * Runs the program: what was asked for goes to `writeOut`, progress and errors to `writeError`.
 *
 * @returns The exit code. Rejects for a defect, and where `writeOut` does.
 */
export async function runCli(context: CliContext): Promise<number> {
  try {
    return await runCommand(context);
  } catch (error) {
    if (!AgentError.isInstance(error)) throw error;
    context.writeError(`security-reviewer: ${toVisibleText(error.message)}\n`);
    return OptionError.isInstance(error) ? EXIT_CODES.usage : EXIT_CODES.provider;
  }
}

async function runCommand(context: CliContext): Promise<number> {
  const line = readCommandLine(context.parameters);
  switch (line.command) {
    case 'help':
      return await print(HELP, context);
    case 'version':
      return await print(`security-reviewer ${context.version}\n`, context);
    case 'review':
      return await runReview(line.operands, line.given, context);
    case 'baseline':
      return await runBaseline(line.operands, line.given, context);
    case 'verify':
      return await runVerify(line.operands, line.given, context);
    case 'rules':
      return await runRules(line.given, context);
    case 'explain':
      return await runExplain(line.operands, line.given, context);
    case 'init':
      return await runInit(line.given, context);
    case 'doctor':
      return await runDoctor(line.given, context);
  }
}

async function print(text: string, context: CliContext): Promise<number> {
  await context.writeOut(text);
  return EXIT_CODES.clean;
}
