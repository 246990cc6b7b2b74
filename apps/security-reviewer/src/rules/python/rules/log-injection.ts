import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed } from '../../flow/analysis.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { lastName } from '../../knowledge/naming.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** A line break from outside in a log. */
export const LOG_INJECTION: DetectingRule = {
  id: 'py/log-injection',
  ...KIND_DESCRIPTIONS['log-injection'],
  fix: 'Write the value with `%r`, or remove line breaks first.',
  weakExample:
    'import logging\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n@app.post("/login")\ndef login():\n    logging.info("sign-in of " + request.form["user"])\n    return {}\n',
  safeExample:
    'import logging\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n@app.post("/login")\ndef login():\n    logging.info("sign-in of %r", request.form["user"])\n    return {}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (!isLog(site)) continue;
      const isOpen = site.positional.some(
        (value, position) => isWritten(site, position) && isExposed(analysis.exposureOf(value, 'log'), 'remote'),
      );
      if (isOpen) yield exposedAt(site.call.span, 'remote');
    }
  },
};

function isLog(site: CallSite): boolean {
  const { callee } = site.call;
  if (
    callee.kind !== 'member' ||
    !/^(?:debug|info|warning|warn|error|critical|exception|log)$/.test(calledName(site))
  ) {
    return false;
  }
  return /^_?log(?:ger|ging)?$/i.test(lastName(callee.object)) || (site.receiver?.ref ?? '').endsWith('getLogger()');
}

/** Whether the argument is written as it is: the message itself, or one whose mark is `%s`. */
function isWritten(site: CallSite, position: number): boolean {
  if (position === 0) return true;
  const message = site.positional[0]?.text?.map((part) => (typeof part === 'string' ? part : '')).join('') ?? '';
  return message.match(/%[-#0-9.+ ]*[a-zA-Z]/g)?.[position - 1]?.endsWith('s') ?? false;
}
