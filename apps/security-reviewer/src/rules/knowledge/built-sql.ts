import type { Analysis, Exposure } from '../flow/analysis.ts';
import { isExposed } from '../flow/analysis.ts';
import { calledName, type CallSite } from '../flow/call-site.ts';
import type { Origin } from '../flow/taint.ts';
import type { Value } from '../flow/value.ts';
import type { Expression, Span } from '../program/program.ts';
import { exposedAt, type Detection } from '../detection.ts';
import { holeExposure, isBuilt, isSqlStatement, looksLikeSql } from './sql-text.ts';

/** How SQL is run in a language. */
export interface SqlDialect {
  /** Methods that run what they are given as SQL. */
  readonly executors: ReadonlySet<string>;
  /** What a call may run: all of it for an executor, else only what reads as a statement. */
  readonly statementsOf: (site: CallSite) => readonly Value[];
  /** Whether the call takes a piece of SQL, whatever it looks like. */
  readonly takesFragment: (site: CallSite) => boolean;
  /** Functions whose text is read by people: logs and errors. */
  readonly showsToPeople: RegExp;
}

/** Finds SQL that is put together with text from outside: where it is run, handed on, or built. */
export function* builtSql(analysis: Analysis, dialect: SqlDialect): Generator<Detection> {
  const used = new Set<Expression>();
  yield* executed(analysis, dialect, used);
  yield* passedOn(analysis, dialect, used);
  yield* onlyBuilt(analysis, dialect, used);
}

/** Statements that are built and handed to a database in sight. */
function* executed(analysis: Analysis, dialect: SqlDialect, used: Set<Expression>): Generator<Detection> {
  for (const site of analysis.calls) {
    for (const statement of dialect.statementsOf(site)) {
      const exposure = statementExposure(statement, site, analysis, dialect);
      const isNew = statement.trail.length === 0 || statement.trail.some((step) => !used.has(step));
      for (const step of statement.trail) used.add(step);
      if (exposure !== 'none' && isNew) yield exposedAt(site.call.span, exposure);
    }
  }
}

function statementExposure(statement: Value, site: CallSite, analysis: Analysis, dialect: SqlDialect): Exposure {
  if (isBuilt(statement)) {
    const isSql =
      dialect.takesFragment(site) ||
      (dialect.executors.has(calledName(site)) ? looksLikeSql(statement) : isSqlStatement(statement));
    return isSql ? holeExposure(statement, analysis) : 'none';
  }
  // A whole statement from a request: the client writes the SQL.
  if (!dialect.executors.has(calledName(site)) && !dialect.takesFragment(site)) return 'none';
  const exposure = analysis.exposureOf(statement, 'sql');
  return exposure === 'remote' && wholeParameter(statement) === undefined ? exposure : 'none';
}

/** Statements that are built here and handed to a function of the file that runs its parameter. */
function* passedOn(analysis: Analysis, dialect: SqlDialect, used: Set<Expression>): Generator<Detection> {
  const runners = new Set<Origin>();
  const open = analysis.calls
    .filter((site) => dialect.executors.has(calledName(site)))
    .flatMap((site) => dialect.statementsOf(site))
    .map((statement) => wholeParameter(statement));
  for (let origin = open.pop(); open.length > 0 || origin !== undefined; origin = open.pop()) {
    if (origin === undefined || runners.has(origin)) continue;
    runners.add(origin);
    for (const { call, value } of analysis.passedTo(origin)) {
      open.push(wholeParameter(value));
      const exposure = isBuilt(value) && looksLikeSql(value) ? holeExposure(value, analysis) : 'none';
      const isNew = value.trail.some((step) => !used.has(step));
      for (const step of value.trail) used.add(step);
      if (exposure !== 'none' && isNew) yield exposedAt(call.span, exposure);
    }
  }
}

/** Origin of the parameter that the value is, as a whole. */
function wholeParameter(value: Value): Origin | undefined {
  if (value.text !== undefined || value.taint.size !== 1 || !value.ref.startsWith('$')) return undefined;
  return [...value.taint.keys()].find((origin) => origin.startsWith('parameter:'));
}

/** Statements that are built and go elsewhere: returned, kept, or handed to code that is not seen. */
function* onlyBuilt(analysis: Analysis, dialect: SqlDialect, used: ReadonlySet<Expression>): Generator<Detection> {
  const candidates = builtStatements(analysis).filter(({ marker }) => !used.has(marker));
  const shown = shownToPeople(analysis, dialect);
  const inner = new Set(candidates.flatMap(({ marker, value }) => value.trail.filter((step) => step !== marker)));
  for (const { span, value, marker } of candidates) {
    if (inner.has(marker) || value.trail.some((step) => shown.has(step))) continue;
    const exposure = holeExposure(value, analysis);
    if (isExposed(exposure, 'parameter')) yield exposedAt(span, exposure);
  }
}

interface BuiltStatement {
  readonly span: Span;
  readonly value: Value;
  readonly marker: Expression;
}

function builtStatements(analysis: Analysis): BuiltStatement[] {
  const built: BuiltStatement[] = [];
  for (const expression of analysis.program.expressions) {
    const isBuilder = expression.kind === 'template' || expression.kind === 'binary' || expression.kind === 'call';
    if (!isBuilder) continue;
    const value = analysis.valueOf(expression);
    if (value.trail.at(-1) !== expression) continue;
    if (isBuilt(value) && isSqlStatement(value)) built.push({ span: expression.span, value, marker: expression });
  }
  for (const { operator, targets, value: added, span } of analysis.program.assignments) {
    const [target] = targets;
    if (operator === undefined || target === undefined) continue;
    const value = analysis.valueOf(target);
    if (value.trail.includes(added) && isBuilt(value) && isSqlStatement(value)) {
      built.push({ span, value, marker: added });
    }
  }
  return built;
}

/** Text that is printed, logged or raised is read by people, not by a database. */
function shownToPeople(analysis: Analysis, dialect: SqlDialect): ReadonlySet<Expression> {
  const shown = new Set<Expression>();
  for (const site of analysis.calls) {
    const name = calledName(site);
    if (!dialect.showsToPeople.test(name)) continue;
    for (const value of [...site.positional, ...site.named.values()]) {
      for (const step of value.trail) shown.add(step);
    }
  }
  return shown;
}
