import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed } from '../../flow/analysis.ts';
import type { Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** A line break from outside in a header. */
export const HEADER_INJECTION: DetectingRule = {
  id: 'py/header-injection',
  ...KIND_DESCRIPTIONS['header-injection'],
  fix: 'Refuse or remove `\\r` and `\\n`, or encode the value with `urllib.parse.quote`.',
  weakExample:
    'from http.server import BaseHTTPRequestHandler\n\nclass Handler(BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.send_response(200)\n        self.send_header("X-Page", "page " + self.headers["X-Name"])\n        self.end_headers()\n',
  safeExample:
    'from http.server import BaseHTTPRequestHandler\nfrom urllib.parse import quote\n\nclass Handler(BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.send_response(200)\n        self.send_header("X-Page", "page " + quote(self.headers["X-Name"]))\n        self.end_headers()\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const isOpen = headersOf(site).some((value) => isExposed(analysis.exposureOf(value, 'header'), 'remote'));
      if (isOpen) yield exposedAt(site.call.span, 'remote');
    }
  },
};

/** Header values of interfaces that write them as they are; frameworks refuse line breaks themselves. */
function headersOf(site: CallSite): Value[] {
  if (calledName(site) === 'send_header') return site.positional.slice(0, 2);
  const isStart = /^\$(?:start|start_response)$/.test(site.ref);
  const pairs = isStart ? (argumentOf(site, 1, 'headers')?.items ?? []) : [];
  return pairs.flatMap((pair) => pair.items ?? [pair]);
}
