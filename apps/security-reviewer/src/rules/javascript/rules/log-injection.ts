import { type CallSite } from '../../flow/call-site.ts';
import { isExposed } from '../../flow/analysis.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { isPageCode } from './environment.ts';
import { isConsole, isLog } from './logs.ts';

/** A line break from outside in a log. */
export const LOG_INJECTION: DetectingRule = {
  id: 'js/log-injection',
  ...KIND_DESCRIPTIONS['log-injection'],
  fix: 'Pass the value as a field of an object, write it with `JSON.stringify`, or remove line breaks first.',
  weakExample:
    "import express from 'express';\n\nexpress().post('/login', (request, response) => {\n  console.log('sign-in of ' + request.body.user);\n  response.end();\n});\n",
  safeExample:
    "import express from 'express';\n\nexpress().post('/login', (request, response) => {\n  console.log('sign-in of ' + JSON.stringify(request.body.user));\n  response.end();\n});\n",
  *detect(analysis) {
    if (isPageCode(analysis)) return;
    for (const site of analysis.calls) {
      if (!isLog(site)) continue;
      const isOpen = site.positional.some(
        (value, position) =>
          isWritten(site, position) &&
          value.entries === undefined &&
          !/^\$request(?:\.(?:body|query|params|headers))?$|^\$context/.test(value.ref) &&
          isExposed(analysis.exposureOf(value, 'log'), 'remote'),
      );
      if (isOpen) yield exposedAt(site.call.span, 'remote');
    }
  },
};

/** Whether the argument is written as it is: the message itself, one whose mark is `%s`, or any after it on the console. */
function isWritten(site: CallSite, position: number): boolean {
  if (position === 0) return true;
  const message = site.positional[0]?.text?.map((part) => (typeof part === 'string' ? part : '')).join('') ?? '';
  const marks = message.match(/%[a-zA-Z]/g);
  if (marks !== null) return marks[position - 1] === '%s';
  return isConsole(site);
}
