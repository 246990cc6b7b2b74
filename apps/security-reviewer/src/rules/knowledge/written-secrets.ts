import type { Analysis } from '../flow/analysis.ts';
import { type CallSite } from '../flow/call-site.ts';
import { constantText } from '../flow/value.ts';
import type { Expression, MappingExpression, Span } from '../program/program.ts';
import type { Detection } from '../detection.ts';
import { holdsSecretFormat, isKeyName, isRandomValue, isSecretValue, secretClassOf } from './secret-name.ts';

/** How secrets are written in a language. */
export interface SecretDialect {
  /** Whether the file is a test, whose secrets are made up; real ones there are found by their format alone. */
  readonly isTestCode: (analysis: Analysis) => boolean;
  /** Names of functions that give a text back in another type. */
  readonly converts: RegExp;
  /** What stands in for a setting that is not set. */
  readonly fallbackText: (expression: Expression) => string | undefined;
  /** Whether the arguments of a function of that name describe a secret rather than hold one. */
  readonly describes: (functionName: string) => boolean;
  /** Whether an object of named values configures something, so that a secret in it is one in use. */
  readonly isConfiguration: (mapping: MappingExpression, analysis: Analysis) => boolean;
  /** The argument that is a secret by its place. */
  readonly secretArgument: (site: CallSite) => Expression | undefined;
}

/** Finds secrets that stand in the source. */
export function* writtenSecrets(analysis: Analysis, dialect: SecretDialect): Generator<Detection> {
  if (!dialect.isTestCode(analysis)) {
    yield* assigned(analysis, dialect);
    yield* named(analysis, dialect);
    yield* compared(analysis);
    yield* placed(analysis, dialect);
  }
  yield* formatted(analysis);
}

/** The text that an expression is written as, where it is one literal. */
export function literalText(expression: Expression | undefined): string | undefined {
  return expression?.kind === 'literal' && typeof expression.value === 'string' ? expression.value : undefined;
}

/** The same, with what a chain of calls such as `"…".encode()` starts from. */
function writtenText(
  expression: Expression | undefined,
  analysis: Analysis,
  dialect: SecretDialect,
): string | undefined {
  if (expression === undefined) return undefined;
  const isWritten = expression.kind === 'literal' || expression.kind === 'call' || expression.kind === 'binary';
  const value = isWritten ? analysis.valueOf(expression) : undefined;
  if (expression.kind === 'call' && !dialect.converts.test(calleeName(expression.callee))) return undefined;
  if (value === undefined || value.taint.size > 0) return undefined;
  return constantText(value) ?? (expression.kind === 'call' ? literalText(expression.arguments[0]?.value) : undefined);
}

export function calleeName(callee: Expression): string {
  if (callee.kind === 'member') return callee.property;
  return callee.kind === 'name' ? callee.name : '';
}

function* assigned(analysis: Analysis, dialect: SecretDialect): Generator<Detection> {
  for (const { targets, value, span, operator } of analysis.program.assignments) {
    if (operator !== undefined) continue;
    for (const [target, part] of pairs(targets, value)) {
      if (isSecret(nameOf(target), writtenText(part, analysis, dialect) ?? dialect.fallbackText(part), true)) {
        yield { span };
      }
    }
  }
}

/** Targets with what each is given: `user, password = "u", "p"` gives two. */
function pairs(targets: readonly Expression[], value: Expression): [Expression, Expression][] {
  return targets.flatMap((target): [Expression, Expression][] => {
    if (target.kind !== 'sequence') return [[target, value]];
    if (value.kind !== 'sequence') return [];
    return target.elements.flatMap((element, position): [Expression, Expression][] => {
      const part = value.elements[position];
      return part === undefined ? [] : [[element, part]];
    });
  });
}

/** The last part of what is assigned to: `key` of `config["key"]`. */
function nameOf(target: Expression): string {
  if (target.kind === 'name') return target.name;
  if (target.kind === 'member') return target.property;
  return target.kind === 'index' ? (literalText(target.index) ?? '') : '';
}

/** Keyword arguments, entries of dictionaries and defaults of parameters. */
function* named(analysis: Analysis, dialect: SecretDialect): Generator<Detection> {
  for (const expression of analysis.program.expressions) {
    if (expression.kind === 'call') {
      for (const { name, value } of expression.arguments) {
        const text = writtenText(value, analysis, dialect);
        if (name !== undefined && !dialect.describes(calleeName(expression.callee)) && isSecret(name, text, true)) {
          yield { span: value.span };
        }
      }
    } else if (expression.kind === 'mapping') {
      yield* entries(expression, analysis, dialect);
    }
  }
  for (const { parameters } of analysis.program.functions) {
    for (const { name, fallback, span } of parameters) {
      if (isSecret(name, literalText(fallback), false)) yield { span };
    }
  }
}

function* entries(mapping: MappingExpression, analysis: Analysis, dialect: SecretDialect): Generator<Detection> {
  const keys = mapping.entries.map(({ key }) => literalText(key)?.toLowerCase());
  const isConnection = keys.some((key) =>
    /^(?:user|username|host|hostname|login|account|port|database|db)$/.test(key ?? ''),
  );
  for (const { key, value } of mapping.entries) {
    const name = literalText(key);
    const text = writtenText(value, analysis, dialect) ?? dialect.fallbackText(value);
    if (name === undefined || text === undefined) continue;
    const isFound =
      isSecret(name, text, isConnection) ||
      isAuthorization(name, text) ||
      (isSecret(name, text, true) && dialect.isConfiguration(mapping, analysis));
    if (isFound) yield { span: value.span };
  }
}

/** A header that carries its secret after a word. */
function isAuthorization(name: string, text: string): boolean {
  const secret = /^(?:Bearer|Token|Basic|Bot|ApiKey) (\S{12,})$/i.exec(text)?.[1];
  return /^(?:proxy-)?authorization$/i.test(name) && secret !== undefined && isSecretValue(secret, 'token', false);
}

/** `password == "…"`: whoever reads the source can log in. */
function* compared(analysis: Analysis): Generator<Detection> {
  for (const expression of analysis.program.expressions) {
    if (expression.kind !== 'compare' || !['==', '!='].includes(expression.operators[0] ?? '')) continue;
    const [left, right] = expression.operands;
    if (left === undefined || right === undefined) continue;
    const isFound = [
      [left, right],
      [right, left],
    ].some(([name, text]) => name !== undefined && isSecret(comparedName(name), literalText(text), false));
    if (isFound) yield { span: expression.span };
  }
}

function comparedName(expression: Expression): string {
  if (expression.kind === 'call' && expression.callee.kind === 'member') {
    return literalText(expression.arguments[0]?.value) ?? '';
  }
  return nameOf(expression);
}

/** Arguments that are secrets by their place, and `auth=("user", "…")`. */
function* placed(analysis: Analysis, dialect: SecretDialect): Generator<Detection> {
  for (const site of analysis.calls) {
    const expression = dialect.secretArgument(site);
    if (expression === undefined) continue;
    const text = writtenText(expression, analysis, dialect);
    if (text !== undefined && isPlacedSecret(text)) {
      yield { span: expression.span };
      continue;
    }
    // The secret has a name of its own that does not give it away.
    const own = expression.kind === 'name' ? assignmentOf(expression.name, analysis) : undefined;
    const assignedText = own === undefined ? undefined : writtenText(own.value, analysis, dialect);
    if (own !== undefined && assignedText !== undefined && isPlacedSecret(assignedText)) {
      yield { span: own.span };
    }
  }
}

function assignmentOf(name: string, analysis: Analysis): { value: Expression; span: Span } | undefined {
  const found = analysis.program.assignments.filter(({ targets }) =>
    targets.some((target) => target.kind === 'name' && target.name === name),
  );
  return found.length === 1 ? found[0] : undefined;
}

/** Keys and tokens that show in their format what they are. */
function* formatted(analysis: Analysis): Generator<Detection> {
  for (const expression of analysis.program.expressions) {
    // An address with a password keeps it where other parts of it are filled in.
    const first = expression.kind === 'template' ? expression.parts[0] : undefined;
    const text = literalText(expression) ?? (typeof first === 'string' ? first : undefined);
    if (text !== undefined && text.length >= 12 && holdsSecretFormat(text)) {
      yield { span: expression.span, confidence: 0.9 };
    }
  }
}

function isSecret(name: string, text: string | undefined, isLoose: boolean): boolean {
  if (text === undefined) return false;
  if (isKeyName(name) && isRandomValue(text)) return true;
  const secret = secretClassOf(name);
  return secret !== undefined && isSecretValue(text, secret, isLoose);
}

/** What stands in the place of a secret is one, even where it only says so: `"secret"`. */
function isPlacedSecret(text: string): boolean {
  return isSecretValue(text, 'secret', true);
}
