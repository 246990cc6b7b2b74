import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { textOf } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** A line break from outside in a header that is written by hand. */
export const HEADER_INJECTION: DetectingRule = {
  id: 'js/header-injection',
  ...KIND_DESCRIPTIONS['header-injection'],
  fix: 'Use the methods of `http`, which refuse line breaks, or remove `\\r` and `\\n` first.',
  weakExample:
    "import http from 'http';\n\nhttp.createServer((request, response) => {\n  const to = new URL(request.url, 'http://site').searchParams.get('to');\n  response.socket.write('HTTP/1.1 200 OK\\r\\nX-To: ' + to + '\\r\\n\\r\\n');\n});\n",
  safeExample:
    "import http from 'http';\n\nhttp.createServer((request, response) => {\n  const to = new URL(request.url, 'http://site').searchParams.get('to');\n  response.socket.write('HTTP/1.1 200 OK\\r\\nX-To: ' + encodeURIComponent(to) + '\\r\\n\\r\\n');\n});\n",
  *detect(analysis) {
    for (const site of analysis.calls) if (writesHeader(site, analysis)) yield exposedAt(site.call.span, 'remote');
  },
};

function writesHeader(site: CallSite, analysis: Analysis): boolean {
  if (!/^(?:write|end|send|writeProcessing)$/.test(calledName(site))) return false;
  const [given] = site.positional;
  const parts = given === undefined ? [] : textOf(given);
  return parts.some((part, position) => {
    const before = parts[position - 1];
    const isHeader = typeof before === 'string' && /\r?\n[\w-]+: [^\r\n]*$/.test(before);
    return typeof part !== 'string' && isHeader && isExposed(analysis.exposureOf(part, 'header'), 'remote');
  });
}
