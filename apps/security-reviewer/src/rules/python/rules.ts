import type { DetectingRule } from '../detection.ts';
import { CODE_INJECTION } from './rules/code-injection.ts';
import { COMMAND_INJECTION } from './rules/command-injection.ts';
import { HARDCODED_CREDENTIALS } from './rules/hardcoded-credentials.ts';
import { SQL_INJECTION } from './rules/sql-injection.ts';
import { UNSAFE_DESERIALIZATION } from './rules/unsafe-deserialization.ts';

/** Every rule for Python, by its id. */
export const PYTHON_RULES: readonly DetectingRule[] = [
  CODE_INJECTION,
  COMMAND_INJECTION,
  HARDCODED_CREDENTIALS,
  SQL_INJECTION,
  UNSAFE_DESERIALIZATION,
];
