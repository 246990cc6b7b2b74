import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed } from '../../flow/analysis.ts';
import { knownPrefix, type Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { hasFixedHost } from '../../knowledge/address-text.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { isPageCode } from './environment.ts';

const VERBS = '(?:get|post|put|patch|delete|del|head|options|request|stream|fetch|raw)';
const CLIENTS = new RegExp(
  [
    '^(?:fetch|node-fetch|cross-fetch(?:\\.fetch)?|isomorphic-fetch|undici\\.(?:fetch|request|stream)|ofetch(?:\\.\\$fetch|\\.ofetch)?|\\$fetch|make-fetch-happen|got|axios|request|needle|superagent|ky|bent|phin|wretch|urllib\\.request|request-promise(?:-native)?|node-fetch\\.default)$',
    `^(?:axios|got|superagent|needle|ky|request|request-promise|request-promise-native|urllib|popsicle)\\.${VERBS}$`,
    '^(?:axios\\.create|got\\.extend|ky\\.create|request\\.defaults)\\(\\)(?:\\.' + VERBS + ')?$',
    '^(?:http|https|http2)\\.(?:get|request|connect)$',
    '^(?:net|tls)\\.(?:connect|createConnection)$',
    '(?:^|\\.)(?:httpService|HttpService\\(\\)|axiosRef)\\.(?:get|post|put|patch|delete|request|head)$',
    '(?:newPage\\(\\)|\\$page)\\.goto$',
  ].join('|'),
);

/** An address that the client chooses and the server calls. */
export const SSRF: DetectingRule = {
  id: 'js/ssrf',
  ...KIND_DESCRIPTIONS.ssrf,
  fix: 'Choose the host from a fixed list; where any host must do, resolve it and refuse private addresses, redirects included.',
  weakExample:
    "import express from 'express';\n\nexpress().get('/preview', async (request, response) => {\n  const page = await fetch(request.query.url);\n  response.json({ status: page.status });\n});\n",
  safeExample:
    "import express from 'express';\n\nconst FEEDS = { news: 'https://news.example.org/feed' };\nexpress().get('/preview', async (request, response) => {\n  const page = await fetch(FEEDS[request.query.feed]);\n  response.json({ status: page.status });\n});\n",
  *detect(analysis) {
    if (isPageCode(analysis)) return;
    for (const site of analysis.calls) {
      const isOpen = addressesOf(site).some(
        (address) =>
          !hasFixedHost(address) &&
          !/^\/(?!\/)/.test(knownPrefix(address)) &&
          isExposed(analysis.exposureOf(address, 'url'), 'remote'),
      );
      if (isOpen) yield exposedAt(site.call.span, 'remote');
    }
  },
};

function addressesOf(site: CallSite): Value[] {
  if (!CLIENTS.test(site.ref)) return [];
  const [first, second] = site.positional;
  const isBase = /(?:axios\.create|got\.extend|ky\.create|request\.defaults)\(\)/.test(site.ref);
  const base = isBase ? site.receiver?.entries?.get('baseURL') : undefined;
  const addresses = [first, second].flatMap((value) => {
    if (value?.entries === undefined) return [];
    return ['url', 'uri', 'baseURL', 'prefixUrl', 'host', 'hostname', 'href'].map((name) => value.entries?.get(name));
  });
  const own = first?.entries === undefined && base === undefined ? first : undefined;
  const isSocket = /^(?:net|tls)\./.test(site.ref) && calledName(site) !== '';
  return [isSocket ? (second ?? own) : own, ...addresses].filter((value) => value !== undefined);
}
