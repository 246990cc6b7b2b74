import { AgentError } from '@harness-sdk/core';

/** One thing that is wrong with a policy file. */
export interface PolicyProblem {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
}

const mark = Symbol.for('@harness-sdk/permissions/PolicyFileError');
const maxShown = 20;

/** A policy file is missing, cannot be read, or says what cannot be honoured. Its code is `policy_invalid`. */
export class PolicyFileError extends AgentError {
  /** Absolute path of the file. */
  readonly file: string;
  /** All that is wrong with it, from the first line; empty where it could not be read. */
  readonly problems: readonly PolicyProblem[];

  constructor(file: string, problems: readonly PolicyProblem[] | string, options?: { readonly cause?: unknown }) {
    super(
      'policy_invalid',
      typeof problems === 'string' ? `${file}: ${problems}` : messageFor(file, problems),
      options,
    );
    this.file = file;
    this.problems = typeof problems === 'string' ? [] : problems;
    Object.defineProperty(this, mark, { value: true });
  }

  /** True for a `PolicyFileError` of any copy of this package in the process. */
  static override isInstance(value: unknown): value is PolicyFileError {
    return typeof value === 'object' && value !== null && mark in value;
  }
}

function messageFor(file: string, problems: readonly PolicyProblem[]): string {
  const shown = problems.slice(0, maxShown).map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  if (problems.length > maxShown) shown.push(`${file}: ${problems.length - maxShown} more problems.`);
  return shown.join('\n');
}
