import { run, type Result } from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import { createPolicy } from '@harness-sdk/permissions';
import { readTool } from '@harness-sdk/tools-fs';
import type { SourceFile } from '../collect-files.ts';
import type { ReportedFinding } from '../reported-findings.ts';
import { SECRET_FILES, whyUnfinished, type UnitOptions } from '../review-unit.ts';
import { createReportVerdict, type Verdict } from './report-verdict.ts';
import { VERIFIER_PROMPT, verificationPrompt } from './verification-prompt.ts';

/** What came of a second look. */
export interface SecondLook {
  /** Absent where there is none; then `reason` says why. */
  readonly verdict?: Verdict;
  readonly reason?: string;
  readonly result: Result;
}

/** Model calls that a second look may take. */
const mostTurns = 12;

/** Asks a model about one finding, in a session of its own that can only read and answer. */
export async function verifyByModel(
  finding: ReportedFinding,
  file: SourceFile,
  options: UnitOptions,
): Promise<SecondLook> {
  const { model, prices, budget, signal, durable } = options;
  let verdict: Verdict | undefined;
  let result: Result | undefined;
  const workspace = createWorkspace({ root: file.root });
  const session = run(verificationPrompt(finding, file.path), {
    model,
    system: VERIFIER_PROMPT,
    tools: [readTool(workspace), createReportVerdict((given) => (verdict = given))],
    permissions: createPolicy({ root: file.root, mode: 'plan', deny: SECRET_FILES }),
    cwd: file.root,
    budget: { maxTurns: mostTurns, ...budget },
    ...(prices === undefined ? {} : { prices }),
    ...(signal === undefined ? {} : { signal }),
    ...(durable === undefined ? {} : { durable }),
  });
  try {
    for await (const message of session) if (message.type === 'result') result = message;
  } catch (error) {
    // The run failed: its Result came first, and says how. Anything else that is thrown is a defect.
    if (result?.stopReason !== 'error') throw error;
  }
  if (result === undefined) throw new TypeError('A run ends with a Result.');
  if (verdict !== undefined) return { verdict, result };
  return { reason: whyUnfinished(result) ?? 'the model gave no verdict', result };
}
