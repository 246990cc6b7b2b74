import type { Expression, Span } from '../../program/program.ts';
import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis, type Exposure } from '../../flow/analysis.ts';
import type { Origin } from '../../flow/taint.ts';
import type { Value } from '../../flow/value.ts';
import { exposedAt, type Detection, type DetectingRule } from '../../detection.ts';
import { holeExposure, isBuilt, isSqlStatement, looksLikeSql } from '../../knowledge/sql-text.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** Methods that run their first argument as SQL. */
const EXECUTORS: ReadonlySet<string> = new Set(
  'execute executemany executescript execute_async exec_driver_sql executesql mogrify raw read_sql read_sql_query execute_sql callproc'.split(
    ' ',
  ),
);

/** Methods that may, and take other things too: the text itself has to be a statement. */
const POSSIBLE_EXECUTORS: ReadonlySet<string> = new Set(
  'fetch fetchrow fetchval fetch_all fetch_one fetch_val fetchall fetchone query prepare cursor iterate run_query sql select_all from_statement'.split(
    ' ',
  ),
);

/** Functions whose argument is a fragment of SQL, whatever it looks like. */
const FRAGMENTS =
  /(?:^|\.)(?:sqlalchemy(?:\.\w+)*\.(?:text|literal_column)|RawSQL|psycopg2?\.sql\.SQL)$|^sqlalchemy\.text$/;

/** SQL that is put together with text from outside. */
export const SQL_INJECTION: DetectingRule = {
  id: 'py/sql-injection',
  ...KIND_DESCRIPTIONS['sql-injection'],
  fix: 'Write placeholders (`?`, `%s`, `:name`) into the statement and pass the values beside it; choose table and column names from a fixed list.',
  weakExample: 'def user(db, name):\n    return db.execute(f"SELECT * FROM users WHERE name = \'{name}\'")\n',
  safeExample: 'def user(db, name):\n    return db.execute("SELECT * FROM users WHERE name = ?", (name,))\n',
  *detect(analysis) {
    const used = new Set<Expression>();
    yield* executed(analysis, used);
    yield* passedOn(analysis, used);
    yield* onlyBuilt(analysis, used);
  },
};

/** Statements that are built and handed to a database in sight. */
function* executed(analysis: Analysis, used: Set<Expression>): Generator<Detection> {
  for (const site of analysis.calls) {
    for (const statement of statementsOf(site)) {
      const exposure = statementExposure(statement, site, analysis);
      const isNew = statement.trail.length === 0 || statement.trail.some((step) => !used.has(step));
      for (const step of statement.trail) used.add(step);
      if (exposure !== 'none' && isNew) yield exposedAt(site.call.span, exposure);
    }
  }
}

/** Arguments of a call that are, or may be, SQL. */
function statementsOf(site: CallSite): Value[] {
  const name = calledName(site);
  const first =
    argumentOf(site, 0) ??
    argumentOf(site, 0, 'sql') ??
    argumentOf(site, 0, 'query') ??
    argumentOf(site, 0, 'statement');
  if (EXECUTORS.has(name) || POSSIBLE_EXECUTORS.has(name) || FRAGMENTS.test(site.ref)) {
    return first === undefined ? [] : [first];
  }
  if (name === 'extra') return ['where', 'select', 'order_by', 'tables'].flatMap((key) => listed(site.named.get(key)));
  return [];
}

function listed(value: Value | undefined): readonly Value[] {
  return value === undefined ? [] : (value.items ?? [...(value.entries?.values() ?? [value])]);
}

function statementExposure(statement: Value, site: CallSite, analysis: Analysis): Exposure {
  if (isBuilt(statement)) {
    const name = calledName(site);
    const isSql =
      FRAGMENTS.test(site.ref) ||
      name === 'extra' ||
      (EXECUTORS.has(name) ? looksLikeSql(statement) : isSqlStatement(statement));
    return isSql ? holeExposure(statement, analysis) : 'none';
  }
  // A whole statement from a request: the client writes the SQL.
  if (!EXECUTORS.has(calledName(site))) return 'none';
  const exposure = analysis.exposureOf(statement, 'sql');
  return exposure === 'remote' && wholeParameter(statement) === undefined ? exposure : 'none';
}

/** Statements that are built here and handed to a function of the file that runs its parameter. */
function* passedOn(analysis: Analysis, used: Set<Expression>): Generator<Detection> {
  const runners = new Set<Origin>();
  const open = analysis.calls
    .filter((site) => EXECUTORS.has(calledName(site)))
    .flatMap((site) => statementsOf(site))
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
function* onlyBuilt(analysis: Analysis, used: ReadonlySet<Expression>): Generator<Detection> {
  const candidates = builtStatements(analysis).filter(({ marker }) => !used.has(marker));
  const shown = shownToPeople(analysis);
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
function shownToPeople(analysis: Analysis): ReadonlySet<Expression> {
  const shown = new Set<Expression>();
  for (const site of analysis.calls) {
    const name = calledName(site);
    const isLog =
      /^(?:debug|info|warning|warn|error|critical|exception|log|fatal|print|pprint|echo|secho|skip|fail)$/.test(name);
    const isError = /(?:Error|Exception|Warning)$/.test(name);
    if (!isLog && !isError) continue;
    for (const value of [...site.positional, ...site.named.values()]) {
      for (const step of value.trail) shown.add(step);
    }
  }
  return shown;
}
