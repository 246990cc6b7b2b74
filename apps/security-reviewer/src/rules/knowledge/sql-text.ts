import { isExposed, type Analysis, type Exposure } from '../flow/analysis.ts';
import { textOf, type Value } from '../flow/value.ts';

const STATEMENT =
  /^[\s(]*(?:--[^\n]*\n\s*)?(?:SELECT\b[^;]*\bFROM\b|INSERT\s+(?:OR\s+\w+\s+)?INTO\b|UPDATE\b[^;]*\bSET\b|DELETE\s+FROM\b|REPLACE\s+INTO\b|MERGE\s+INTO\b|DROP\s+(?:TABLE|DATABASE|INDEX|VIEW|SCHEMA|USER)\b|CREATE\s+(?:\w+\s+)?(?:TABLE|DATABASE|INDEX|VIEW|USER|SCHEMA)\b|ALTER\s+(?:TABLE|USER)\b|TRUNCATE\s+TABLE\b|WITH\s+\w+\s*(?:\([^)]*\)\s*)?AS\s*\(|GRANT\b[^;]*\bTO\b|COPY\b[^;]*\bFROM\b)/;
const STATEMENT_ANY_CASE = new RegExp(STATEMENT.source, 'i');
/** What a sentence that starts with "Select" or "update" lacks. */
const STRUCTURE = /\bwhere\b|\bvalues\b|\bset\b.*=|\blimit\b|\border by\b|\bjoin\b|\*|=|\binto\b\s+\w+\s*\(/i;

/** Stands for a hole where text is matched as a whole. */
const HOLE = '\u{1}';

/** Whether the text, with its holes, is a statement of SQL and not a sentence that begins like one. */
export function isSqlStatement(value: Value): boolean {
  const text = shownText(value);
  if (STATEMENT.test(text)) return true;
  if (!STATEMENT_ANY_CASE.test(text) || !STRUCTURE.test(text)) return false;
  // "Select" with one capital begins a sentence; `select` begins a statement.
  return !/^[\s(]*[A-Z][a-z]/.test(text);
}

/** Whether the text may be SQL: good enough where it is handed to a database. */
export function looksLikeSql(value: Value): boolean {
  return /\b(?:select|insert|update|delete|drop|create|alter|replace|merge|truncate|with|pragma|exec|call|grant|where|order by|set|use|attach|vacuum)\b/i.test(
    shownText(value),
  );
}

/** How near to the outside the text's holes come from, `parameter` at least. */
export function holeExposure(value: Value, analysis: Analysis): Exposure {
  let nearest: Exposure = 'none';
  for (const part of textOf(value)) {
    if (typeof part === 'string') continue;
    const exposure = analysis.exposureOf(part, 'sql');
    if (isExposed(exposure, 'parameter') && isExposed(exposure, nearest)) nearest = exposure;
  }
  return nearest;
}

/** Whether the value is put together from known text and holes. */
export function isBuilt(value: Value): boolean {
  const text = textOf(value);
  return text.some((part) => typeof part === 'string' && part !== '') && text.some((part) => typeof part !== 'string');
}

function shownText(value: Value): string {
  return textOf(value)
    .map((part) => (typeof part === 'string' ? part : HOLE))
    .join('')
    .slice(0, 4000);
}
