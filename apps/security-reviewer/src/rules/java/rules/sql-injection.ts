import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import { builtSql, type SqlDialect } from '../../knowledge/built-sql.ts';

const EXECUTORS: ReadonlySet<string> = new Set(
  (
    'executeQuery executeUpdate executeLargeUpdate execute addBatch prepareStatement prepareCall nativeSQL query queryForObject ' +
    'queryForList queryForMap queryForRowSet queryForStream update batchUpdate createQuery createNativeQuery createSQLQuery ' +
    'createStatement rawQuery execSQL sql preparedQuery createUpdate select createStoredProcedureQuery createMutationQuery createSelectionQuery'
  ).split(' '),
);
const FRAGMENTS = /^(?:sqlRestriction|apply|last|where|having|orderBy|condition|field|resultQuery|fetch|inSql|exists)$/;
/** What has methods of the same names and runs no SQL. */
const OTHERS =
  /^(?:ProcessBuilder|Executor|ExecutorService|HttpClient|CloseableHttpClient|MessageDigest|Mac|RestTemplate|DocumentBuilder|ThreadPool\w*|Future|CompletableFuture)\b/;

const DIALECT: SqlDialect = {
  executors: EXECUTORS,
  statementsOf,
  takesFragment: (site) => FRAGMENTS.test(calledName(site)) && isBuilder(site),
  showsToPeople:
    /^(?:print|println|printf|debug|info|warn|error|trace|fatal|log|severe|fine|finer|warning)$|(?:Exception|Error)$/,
};

/** SQL that is put together with text from outside. */
export const SQL_INJECTION: DetectingRule = {
  id: 'java/sql-injection',
  ...KIND_DESCRIPTIONS['sql-injection'],
  fix: 'Write placeholders (`?`, `:name`) into the statement and bind the values; choose table and column names from a fixed list.',
  weakExample:
    'import java.sql.*;\n\nclass Users {\n  ResultSet find(Statement statement, String name) throws SQLException {\n    return statement.executeQuery("SELECT * FROM users WHERE name = \'" + name + "\'");\n  }\n}\n',
  safeExample:
    'import java.sql.*;\n\nclass Users {\n  ResultSet find(Connection connection, String name) throws SQLException {\n    PreparedStatement statement = connection.prepareStatement("SELECT * FROM users WHERE name = ?");\n    statement.setString(1, name);\n    return statement.executeQuery();\n  }\n}\n',
  detect: (analysis) => builtSql(analysis, DIALECT),
};

function statementsOf(site: CallSite): Value[] {
  const name = calledName(site);
  const isRunner = EXECUTORS.has(name) || (FRAGMENTS.test(name) && isBuilder(site));
  if (!isRunner || site.receiver === undefined) return [];
  if (OTHERS.test(site.receiver.ref)) return [];
  return site.positional.slice(0, 1);
}

/** Whether the call is of a builder of queries. */
function isBuilder(site: CallSite): boolean {
  return /jooq|DSL|Criteria|Restrictions|QueryWrapper|Wrapper|jdbi|handle|Specification/i.test(site.ref);
}
