import type { DetectingRule } from '../../detection.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import { builtSql, type SqlDialect } from '../../knowledge/built-sql.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** Methods that run one of their arguments as SQL. */
const EXECUTORS: ReadonlySet<string> = new Set(
  (
    'Query QueryContext QueryRow QueryRowContext Exec ExecContext Prepare PrepareContext Queryx QueryxContext QueryRowx ' +
    'QueryRowxContext NamedExec NamedExecContext NamedQuery MustExec Preparex Raw Select SelectContext Get GetContext'
  ).split(' '),
);

/** Parts of query builders that take pieces of SQL. */
const FRAGMENTS: ReadonlySet<string> = new Set(
  'Where Or Not Order Having Group Joins Table Select Raw Expr Pluck'.split(' '),
);
const BUILDERS = /(?:^|\.)(?:gorm|xorm|squirrel|bun|goqu|pg|beego)\.|(?:^|\.)(?:gorm|xorm|sq|squirrel|goqu)\b/;

const DIALECT: SqlDialect = {
  executors: EXECUTORS,
  statementsOf,
  takesFragment: (site) => BUILDERS.test(site.ref) && FRAGMENTS.has(calledName(site)),
  showsToPeople:
    /^(?:Print|Fatal|Panic|Error|Debug|Info|Warn|Trace|Log|Skip)(?:f|ln|w)?$|^(?:Fprintf|Fprintln|Errorf|New|Msg|Msgf|Wrap|Wrapf)$/,
};

/** SQL that is put together with text from outside. */
export const SQL_INJECTION: DetectingRule = {
  id: 'go/sql-injection',
  ...KIND_DESCRIPTIONS['sql-injection'],
  fix: 'Write placeholders (`?`, `$1`) into the statement and pass the values beside it; choose table and column names from a fixed list.',
  weakExample:
    'package users\n\nimport (\n\t"database/sql"\n\t"fmt"\n)\n\nfunc Find(db *sql.DB, name string) (*sql.Rows, error) {\n\treturn db.Query(fmt.Sprintf("SELECT * FROM users WHERE name = \'%s\'", name))\n}\n',
  safeExample:
    'package users\n\nimport "database/sql"\n\nfunc Find(db *sql.DB, name string) (*sql.Rows, error) {\n\treturn db.Query("SELECT * FROM users WHERE name = $1", name)\n}\n',
  detect: (analysis) => builtSql(analysis, DIALECT),
};

/** The statement among the arguments of a call: the first, or the one after a context. */
function statementsOf(site: CallSite): Value[] {
  const name = calledName(site);
  const isRunner = EXECUTORS.has(name) || (FRAGMENTS.has(name) && BUILDERS.test(site.ref));
  if (!isRunner || site.receiver === undefined) return [];
  if (/^(?:net\/|gin\.|echo\.|fiber\.|resty|os\/)/.test(site.ref)) return [];
  const isRequest = site.receiver.ref.startsWith('net/http.Request');
  if (isRequest) return [];
  if (/^(?:Select|Get)(?:Context)?$/.test(name) && !BUILDERS.test(site.ref)) {
    // After a context and the place for the rows; arguments of the statement follow it.
    const position = name.endsWith('Context') || isContext(site.positional[0]) ? 2 : 1;
    return site.positional.slice(position, position + 1);
  }
  const position = name.endsWith('Context') || isContext(site.positional[0]) ? 1 : 0;
  const statement = site.positional[position];
  return statement === undefined ? [] : [statement];
}

function isContext(value: Value | undefined): boolean {
  return value !== undefined && /(?:^|\.)context\.|\.Context\(\)$/.test(value.ref);
}
