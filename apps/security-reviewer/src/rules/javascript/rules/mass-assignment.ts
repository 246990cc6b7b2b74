import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Expression } from '../../program/program.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import type { Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const WRITERS =
  /^(?:create|createMany|bulkCreate|insert|insertOne|insertMany|update|updateOne|updateMany|findByIdAndUpdate|findOneAndUpdate|findOneAndReplace|replaceOne|upsert|save|set|build|merge|patch|assign|insertGraph|upsertGraph|fill|forceFill|values|findAndUpdate|overwrite)$/;
const BODY =
  /(?:\.body|\.json\(\)|\.payload|\.query|\.request\.body|\.parseBody\(\)|\.body\.\w+|Object\.fromEntries\(\)|JSON\.parse\(\))$/;

/** All that a package of others exports; records are of the program's own files. */
const PACKAGE = /^(?:@[\w-]+\/)?[a-z][a-z\d]*(?:-[a-z\d]+)*$/;

/** Fields of a record that the client names. */
export const MASS_ASSIGNMENT: DetectingRule = {
  id: 'js/mass-assignment',
  ...KIND_DESCRIPTIONS['mass-assignment'],
  fix: 'Copy the fields that may be set by name, or validate with a schema that lists them.',
  weakExample:
    "import express from 'express';\nimport { User } from './models';\n\nexpress().post('/profile', async (request, response) => {\n  await User.create(request.body);\n  response.end();\n});\n",
  safeExample:
    "import express from 'express';\nimport { User } from './models';\n\nexpress().post('/profile', async (request, response) => {\n  await User.create({ name: String(request.body.name) });\n  response.end();\n});\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (setsFields(site, analysis)) yield exposedAt(site.call.span, 'remote');
    }
    yield* spreadOver(analysis);
    yield* copied(analysis);
  },
};

function setsFields(site: CallSite, analysis: Analysis): boolean {
  const { ref } = site;
  if (/^(?:Object\.assign|(?:lodash|_|underscore)\.(?:assign|extend|merge|assignIn))$/.test(ref)) {
    const [target, ...sources] = site.call.arguments;
    const isFresh = target?.value.kind === 'mapping' && target.value.entries.length === 0 && sources.length < 2;
    return !isFresh && isRecord(target?.value) && sources.some(({ value }) => isBody(value, analysis));
  }
  const isConstructor =
    /^[A-Z]\w+$/.test(calledName(site)) &&
    site.receiver === undefined &&
    !PACKAGE.test(ref) &&
    !/(?:Error|Date|URL|Map|Set|Request|Response|Headers|Params|FormData|Schema|Dto|DTO|Promise|Array|Object|String|Number|Boolean|RegExp|Buffer|Event|Validator|Query|Filter|Blob|Proxy)$/.test(
      calledName(site),
    );
  if (!isConstructor && (site.receiver === undefined || !WRITERS.test(calledName(site)))) return false;
  if (
    /^\$(?:response|context|request)|^(?:Map|Set|URLSearchParams|Headers|FormData|fs|path|crypto|console|axios|redis|cache|Promise)\b|cookies?\b|[cC]ache\b|[rR]edis\b|hash/i.test(
      ref,
    )
  ) {
    return false;
  }
  return site.call.arguments.some(({ value }) => isBody(value, analysis) || carriesBody(value, analysis));
}

/** Configurations are merged too; records are what people own. */
function isRecord(target: Expression | undefined): boolean {
  return (
    target !== undefined &&
    !(target.kind === 'mapping' && target.entries.every(({ value }) => value.kind === 'literal'))
  );
}

/** `{ data: body }`, `{ $set: body }`, `{ ...body }`. */
function carriesBody(expression: Expression, analysis: Analysis): boolean {
  return (
    expression.kind === 'mapping' &&
    expression.entries.some(({ key, value }, position) => {
      const name = key?.kind === 'literal' ? String(key.value) : undefined;
      const isFields =
        key === undefined || /^(?:data|\$set|\$setOnInsert|values|defaults|update|create)$/.test(name ?? '');
      if (!isFields) return false;
      // What follows a spread body wins over it, and so cannot be chosen; other fields can.
      return isBody(value, analysis) || (position < 20 && name !== undefined && carriesBody(value, analysis));
    })
  );
}

/** `{ ...user, ...request.body }`: the record with whatever the client sends. */
function* spreadOver(analysis: Analysis): Generator<ReturnType<typeof exposedAt>> {
  for (const expression of analysis.program.expressions) {
    if (expression.kind !== 'mapping') continue;
    const spreads = expression.entries.filter(({ key }) => key === undefined);
    const body = spreads.findIndex(({ value }) => isBody(value, analysis));
    if (body > 0 && !isHandedOn(expression, analysis)) yield exposedAt(expression.span, 'remote');
  }
}

/** What is handed to a writer is reported there. */
function isHandedOn(expression: Expression, analysis: Analysis): boolean {
  return analysis.calls.some(
    (site) => WRITERS.test(calledName(site)) && site.call.arguments.some(({ value }) => value === expression),
  );
}

/** `for (const key of Object.keys(request.body)) user[key] = request.body[key]` */
function* copied(analysis: Analysis): Generator<ReturnType<typeof exposedAt>> {
  for (const { targets, span, value } of analysis.program.assignments) {
    for (const target of targets) {
      if (target.kind !== 'index' || target.index === undefined || target.object.kind === 'index') continue;
      const key = analysis.valueOf(target.index);
      const isOpen = isExposed(analysis.exposureOf(key, 'fields'), 'remote') && key.literal === undefined;
      const isRecordName =
        target.object.kind === 'name' &&
        /^(?:user|account|profile|member|customer|record|entity|doc|document|item|post|order|model|instance|row|existing|\w+(?:User|Record|Entity|Doc))$/.test(
          target.object.name,
        );
      if (isOpen && isRecordName && isExposed(analysis.exposureOf(analysis.valueOf(value), 'data'), 'remote')) {
        yield exposedAt(span, 'remote');
      }
    }
  }
}

/** The body as it came: its keys are the client's, not chosen by the program. */
function isBody(expression: Expression, analysis: Analysis): boolean {
  const value = analysis.valueOf(expression);
  return isWhole(value) && isExposed(analysis.exposureOf(value, 'fields'), 'remote');
}

function isWhole(value: Value): boolean {
  return value.entries === undefined && value.text === undefined && BODY.test(value.ref);
}
