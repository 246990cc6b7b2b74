import type { Analysis } from '../../flow/analysis.ts';
import { argumentOf, type CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { returnsOf } from '../../program/returns-of.ts';
import { isHandler } from './handlers.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const RESPONSES =
  /(?:^|\.)(?:HttpResponse\w*|JsonResponse|JSONResponse|HTMLResponse|PlainTextResponse|Response|make_response|json_response|HTTPException|jsonify)$/;

/** The inside of an error, shown to whoever caused it. */
export const STACK_TRACE_EXPOSURE: DetectingRule = {
  id: 'py/stack-trace-exposure',
  ...KIND_DESCRIPTIONS['stack-trace-exposure'],
  fix: 'Log the error, and answer with a message of your own.',
  weakExample:
    'import traceback\nfrom flask import Flask\n\napp = Flask(__name__)\n\n@app.errorhandler(500)\ndef failed(error):\n    return traceback.format_exc(), 500\n',
  safeExample:
    'from flask import Flask\n\napp = Flask(__name__)\n\n@app.errorhandler(500)\ndef failed(error):\n    app.logger.exception("request failed")\n    return "something went wrong", 500\n',
  *detect(analysis) {
    const seen = new Set<number>();
    for (const definition of analysis.program.functions) {
      if (!isHandler(definition, analysis)) continue;
      for (const { value, span } of returnsOf(definition.body)) {
        if (!shows(analysis.valueOf(value), analysis)) continue;
        seen.add(span.line);
        yield { span };
      }
    }
    for (const site of analysis.calls) {
      if (!seen.has(site.call.span.line) && answers(site, analysis)) yield { span: site.call.span };
    }
  },
};

function shows(value: Value | undefined, analysis: Analysis): boolean {
  return analysis.comesFrom(value, 'exception', 'html') || analysis.comesFrom(value, 'exception', 'log');
}

function answers(site: CallSite, analysis: Analysis): boolean {
  if (!RESPONSES.test(site.ref) || site.ref.startsWith('local.')) return false;
  const given = [
    argumentOf(site, 0),
    ...['detail', 'content', 'text', 'body', 'data', 'error', 'message', 'trace'].map((name) => site.named.get(name)),
  ];
  return [...given, ...site.positional].some((value) => shows(value, analysis));
}
