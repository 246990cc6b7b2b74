import type { TextRule } from '../detection.ts';
import { TEXT_HARDCODED_CREDENTIALS } from './hardcoded-credentials.ts';

/** Rules for files that are read as text, line by line. */
export const TEXT_RULES: readonly TextRule[] = [TEXT_HARDCODED_CREDENTIALS];
