import type { Rule } from '../../rules/rule.ts';
import { RULES } from '../../rules/engine.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT_CODES } from '../exit-code.ts';
import type { GivenSettings } from '../settings.ts';

/** Lists the rules: a line each, or all there is to know about them as JSON. */
export async function runRules({ json }: GivenSettings, context: CliContext): Promise<number> {
  const sorted = RULES.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  await context.writeOut(json === true ? `${JSON.stringify(sorted.map(toRecord), undefined, 2)}\n` : toTable(sorted));
  return EXIT_CODES.clean;
}

function toRecord({ id, kind, title, severity, confidence, cwe, owasp, why, fix, ...rule }: Rule): object {
  const { weakExample, safeExample } = rule;
  return { id, kind, title, severity, confidence, cwe, owasp, why, fix, weakExample, safeExample };
}

function toTable(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, severity, cwe, title }) => [id, severity, cwe.join(' '), title] as const);
  const width = (column: 0 | 1 | 2): number => Math.max(...rows.map((row) => row[column].length)) + 2;
  const lines = rows.map(
    ([id, severity, cwe, title]) =>
      `${id.padEnd(width(0))}${severity.padEnd(width(1))}${cwe.padEnd(width(2))}${title}\n`,
  );
  return lines.join('');
}
