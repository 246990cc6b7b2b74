import type { Expression } from '../../program/program.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const QUERIES =
  /^(?:find|findOne|findOneAnd(?:Update|Delete|Replace|Remove)|updateOne|updateMany|update|deleteOne|deleteMany|remove|count|countDocuments|distinct|aggregate|replaceOne|exists|where|mapReduce|\$where)$/;
const SQL_LIBRARIES = [
  'sequelize',
  'typeorm',
  '@prisma/client',
  'knex',
  'objection',
  'drizzle-orm',
  'pg',
  'mysql',
  'mysql2',
  'better-sqlite3',
  'sqlite3',
  '@mikro-orm/core',
  '@nestjs/typeorm',
];

/** Operators from outside in a query. */
export const NOSQL_INJECTION: DetectingRule = {
  id: 'js/nosql-injection',
  ...KIND_DESCRIPTIONS['nosql-injection'],
  fix: 'Turn each value into the type that is meant (`String(value)`) or compare it with `$eq`, and build the query from fixed keys.',
  weakExample:
    "import express from 'express';\nimport { MongoClient } from 'mongodb';\n\nconst users = new MongoClient(process.env.MONGO).db('site').collection('users');\nexpress().post('/login', async (request, response) => {\n  response.json({ known: await users.findOne({ name: request.body.name }) });\n});\n",
  safeExample:
    "import express from 'express';\nimport { MongoClient } from 'mongodb';\n\nconst users = new MongoClient(process.env.MONGO).db('site').collection('users');\nexpress().post('/login', async (request, response) => {\n  response.json({ known: await users.findOne({ name: String(request.body.name) }) });\n});\n",
  *detect(analysis) {
    if (analysis.importsFrom(...SQL_LIBRARIES)) return;
    const isMongo = analysis.importsFrom(
      'mongodb',
      'mongoose',
      'monk',
      'mongojs',
      '@nestjs/mongoose',
      'mongoist',
      '@typegoose/typegoose',
    );
    for (const site of analysis.calls) {
      if ((isMongo || isCollection(site)) && isOpen(site, analysis)) {
        yield exposedAt(
          site.call.span,
          analysis.exposureOf(site.positional[0], 'query') === 'none' ? 'parameter' : 'remote',
        );
      }
    }
  },
};

/** A model or collection of another file. */
function isCollection(site: CallSite): boolean {
  return (
    /\.collection\(\)\.\w+$|(?:^|[./])[A-Z]\w*\.\w+$|(?:^|[.$])(?:db|mongo)\b[\w.()]*$|(?:collection|[uU]sers|[mM]odel|Coll)\.\w+$/.test(
      site.ref,
    ) && !/^(?:Object|Array|Promise|Map|Set|React)\b/.test(site.ref)
  );
}

function isOpen(site: CallSite, analysis: Analysis): boolean {
  if (site.receiver === undefined || !QUERIES.test(calledName(site))) return false;
  const [asked] = site.call.arguments;
  if (asked === undefined || asked.value.kind === 'function-value') return false;
  const query = analysis.valueOf(asked.value);
  if (query.entries?.has('where') === true || query.definition !== undefined) return false;
  if (calledName(site) === '$where') return isExposed(analysis.exposureOf(query, 'code'), 'parameter');
  const isStructure =
    query.entries !== undefined ||
    query.items !== undefined ||
    asked.value.kind === 'name' ||
    asked.value.kind === 'member' ||
    asked.value.kind === 'call';
  return (
    (isStructure && isExposed(analysis.exposureOf(query, 'query'), 'remote')) || hasOpenCode(asked.value, analysis)
  );
}

/** `{ $where: "this.name == '" + name + "'" }` */
function hasOpenCode(query: Expression, analysis: Analysis): boolean {
  if (query.kind !== 'mapping') return false;
  return query.entries.some(({ key, value }) => {
    const isCode = key?.kind === 'literal' && /^\$(?:where|function|accumulator|expr)$/.test(String(key.value));
    return (
      isCode && value.kind !== 'mapping' && isExposed(analysis.exposureOf(analysis.valueOf(value), 'code'), 'parameter')
    );
  });
}
