import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { builtSql, type SqlDialect } from '../../knowledge/built-sql.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** Methods that run their first argument as SQL. */
const EXECUTORS: ReadonlySet<string> = new Set(
  '$queryRawUnsafe $executeRawUnsafe execute executeSql execSql queryRaw unsafe whereRaw orWhereRaw andWhereRaw havingRaw orderByRaw groupByRaw joinRaw fromRaw selectRaw'.split(
    ' ',
  ),
);

/** Methods that may, and take other things too: the text itself has to be a statement. */
const POSSIBLE_EXECUTORS: ReadonlySet<string> = new Set(
  'query raw run all get each exec prepare one none any many oneOrNone manyOrNone result $queryRaw $executeRaw batch createQueryRunner stream iterate queryAsync'.split(
    ' ',
  ),
);

/** Parts of a query builder that take pieces of SQL. */
const FRAGMENTS =
  /(?:^|\.)(?:sequelize|Sequelize|knex|db|sql|Prisma|drizzle-orm\.sql)\.(?:literal|raw)$|^(?:sequelize\.literal|@prisma\/client\.Prisma\.raw|drizzle-orm\.sql\.raw)$|(?:createQueryBuilder|QueryBuilder)\(\)(?:\.\w+\(\))*\.(?:where|andWhere|orWhere|having|orderBy|addOrderBy|select|addSelect|groupBy|innerJoin|leftJoin)$|(?:knex|sequelize(?:\.Sequelize)?|db)\(\)\.raw$/;

const DIALECT: SqlDialect = {
  executors: EXECUTORS,
  statementsOf,
  takesFragment: (site) =>
    FRAGMENTS.test(site.ref) ||
    /^(?:or|and)?(?:where|having|orderBy|groupBy|join|from|select)Raw$/i.test(calledName(site)),
  showsToPeople:
    /^(?:debug|info|warn|warning|error|log|trace|fatal|verbose|json|send|status|toThrow|fail|alert|confirm)$|(?:Error|Exception)$/,
};

/** SQL that is put together with text from outside. */
export const SQL_INJECTION: DetectingRule = {
  id: 'js/sql-injection',
  ...KIND_DESCRIPTIONS['sql-injection'],
  fix: 'Write placeholders (`?`, `$1`, `:name`) into the statement and pass the values beside it; choose table and column names from a fixed list.',
  weakExample:
    "export function user(db, name) {\n  return db.query(`SELECT * FROM users WHERE name = '${name}'`);\n}\n",
  safeExample:
    "export function user(db, name) {\n  return db.query('SELECT * FROM users WHERE name = $1', [name]);\n}\n",
  detect: (analysis) => builtSql(analysis, DIALECT),
};

/** Arguments of a call that are, or may be, SQL: the text itself, or an object that holds it. */
function statementsOf(site: CallSite): Value[] {
  const name = calledName(site);
  const [first] = site.positional;
  if (first === undefined) return [];
  const isRunner = EXECUTORS.has(name) || POSSIBLE_EXECUTORS.has(name) || FRAGMENTS.test(site.ref);
  if (!isRunner || /^(?:fs|path|http|axios|\$response|\$request|app|router)\b/.test(site.ref)) return [];
  const held = first.entries?.get('text') ?? first.entries?.get('sql');
  return [held ?? first];
}
