import type { Expression } from '../../program/program.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const QUERIES =
  /^(?:find|find_one|find_one_and_(?:update|delete|replace)|update_one|update_many|delete_one|delete_many|count_documents|distinct|aggregate|replace_one|remove|map_reduce)$/;

/** Operators from outside in a query. */
export const NOSQL_INJECTION: DetectingRule = {
  id: 'py/nosql-injection',
  ...KIND_DESCRIPTIONS['nosql-injection'],
  fix: 'Turn each value into the type that is meant (`str(value)`), and build the query from fixed keys.',
  weakExample:
    'from flask import Flask, request\nfrom pymongo import MongoClient\n\napp = Flask(__name__)\nusers = MongoClient().site.users\n\n@app.post("/login")\ndef login():\n    return {"known": users.find_one({"name": request.json["name"]}) is not None}\n',
  safeExample:
    'from flask import Flask, request\nfrom pymongo import MongoClient\n\napp = Flask(__name__)\nusers = MongoClient().site.users\n\n@app.post("/login")\ndef login():\n    return {"known": users.find_one({"name": str(request.json["name"])}) is not None}\n',
  *detect(analysis) {
    if (!analysis.importsFrom('pymongo', 'motor', 'mongoengine', 'flask_pymongo', 'bson', 'pymongo_inmemory')) return;
    for (const site of analysis.calls) {
      if (isOpen(site, analysis)) yield exposedAt(site.call.span, 'remote');
    }
  },
};

function isOpen(site: CallSite, analysis: Analysis): boolean {
  if (site.receiver === undefined || !QUERIES.test(calledName(site))) return false;
  // What is set is another matter than what is asked for.
  return site.call.arguments.slice(0, 1).some(({ value }) => {
    const query = analysis.valueOf(value);
    return isExposed(analysis.exposureOf(query, 'query'), 'remote') || hasOpenCode(value, analysis);
  });
}

/** `{"$where": "this.name == '" + name + "'"}` */
function hasOpenCode(query: Expression, analysis: Analysis): boolean {
  if (query.kind !== 'mapping') return false;
  return query.entries.some(({ key, value }) => {
    const isCode = key?.kind === 'literal' && /^\$(?:where|function|accumulator)$/.test(String(key.value));
    return isCode && isExposed(analysis.exposureOf(analysis.valueOf(value), 'code'), 'parameter');
  });
}
