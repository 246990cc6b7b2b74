import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { builtSql, type SqlDialect } from '../../knowledge/built-sql.ts';
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

const DIALECT: SqlDialect = {
  executors: EXECUTORS,
  statementsOf,
  takesFragment: (site) => FRAGMENTS.test(site.ref) || calledName(site) === 'extra',
  showsToPeople:
    /^(?:debug|info|warning|warn|error|critical|exception|log|fatal|print|pprint|echo|secho|skip|fail)$|(?:Error|Exception|Warning)$/,
};

/** SQL that is put together with text from outside. */
export const SQL_INJECTION: DetectingRule = {
  id: 'py/sql-injection',
  ...KIND_DESCRIPTIONS['sql-injection'],
  fix: 'Write placeholders (`?`, `%s`, `:name`) into the statement and pass the values beside it; choose table and column names from a fixed list.',
  weakExample: 'def user(db, name):\n    return db.execute(f"SELECT * FROM users WHERE name = \'{name}\'")\n',
  safeExample: 'def user(db, name):\n    return db.execute("SELECT * FROM users WHERE name = ?", (name,))\n',
  detect: (analysis) => builtSql(analysis, DIALECT),
};

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
