import { argumentExpression, calledName, type CallSite } from '../../flow/call-site.ts';
import type { Expression } from '../../program/program.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { placeOf } from '../../flow/place.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const WRITERS = /^(?:create|update|update_or_create|get_or_create|insert|values|from_dict|replace)$/;
const BODY =
  /(?:^|\.)(?:get_json\(\)|json|json\(\)|form|POST|data|args|GET|values|params|query_params|to_dict\(\)|dict\(\))$/;

/** Fields of a record that the client names. */
export const MASS_ASSIGNMENT: DetectingRule = {
  id: 'py/mass-assignment',
  ...KIND_DESCRIPTIONS['mass-assignment'],
  fix: 'Copy the fields that may be set by name, or validate with a schema that lists them.',
  weakExample:
    'from flask import Flask, request\nfrom models import User\n\napp = Flask(__name__)\n\n@app.post("/profile")\ndef profile():\n    User(**request.get_json()).save()\n    return {}\n',
  safeExample:
    'from flask import Flask, request\nfrom models import User\n\napp = Flask(__name__)\n\n@app.post("/profile")\ndef profile():\n    User(name=request.get_json()["name"]).save()\n    return {}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (
        setsNamedField(site, analysis) ||
        spreadsBody(site, analysis) ||
        updatesFields(site, analysis) ||
        setsDocument(site, analysis)
      ) {
        yield exposedAt(site.call.span, 'remote');
      }
    }
  },
};

/** `setattr(record, key, value)` with the client's key. */
function setsNamedField(site: CallSite, analysis: Analysis): boolean {
  return site.ref === 'setattr' && isExposed(analysis.exposureOf(site.positional[1], 'fields'), 'remote');
}

/** `Record(**body)`, `objects.create(**body)`. */
function spreadsBody(site: CallSite, analysis: Analysis): boolean {
  const isRecord =
    /^[A-Z]\w+$/.test(calledName(site)) &&
    !/(?:Schema|Form|Serializer|Validator|Model|Request|Config|Params|Input|Payload|DTO|Filter)$/.test(
      calledName(site),
    );
  if (!isRecord && !WRITERS.test(calledName(site))) return false;
  return site.call.arguments.some(({ spread, value }) => spread === 'mapping' && isBody(value, analysis));
}

/** `record.__dict__.update(body)`, `vars(record).update(body)`. */
function updatesFields(site: CallSite, analysis: Analysis): boolean {
  const { callee } = site.call;
  if (callee.kind !== 'member' || callee.property !== 'update') return false;
  const isFields =
    (placeOf(callee.object) ?? '').endsWith('.__dict__') || analysis.valueOf(callee.object).ref === 'vars()';
  const body = argumentExpression(site, 0);
  return isFields && body !== undefined && isBody(body, analysis);
}

/** `update_one(filter, {"$set": body})`. */
function setsDocument(site: CallSite, analysis: Analysis): boolean {
  if (!/^(?:update_one|update_many|find_one_and_update)$/.test(calledName(site))) return false;
  const change = argumentExpression(site, 1, 'update');
  return change?.kind === 'mapping' && change.entries.some(({ value }) => isBody(value, analysis));
}

/** The body as it came: its keys are the client's, not chosen by the program. */
function isBody(expression: Expression, analysis: Analysis): boolean {
  const value = analysis.valueOf(expression);
  return (
    value.entries === undefined && BODY.test(value.ref) && isExposed(analysis.exposureOf(value, 'fields'), 'remote')
  );
}
