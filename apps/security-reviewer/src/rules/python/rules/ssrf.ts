import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed } from '../../flow/analysis.ts';
import type { Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { hasFixedHost } from '../../knowledge/address-text.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const VERBS = '(?:get|post|put|patch|delete|head|options|request|stream|send)';
const CLIENTS = new RegExp(
  `^(?:requests|httpx)\\.${VERBS}$|^(?:requests\\.(?:Session|session)|httpx\\.(?:Async)?Client|aiohttp\\.ClientSession|urllib3\\.(?:PoolManager|ProxyManager))\\(\\)\\.(?:${VERBS}|urlopen|ws_connect)$|^(?:urllib\\.request|urllib2|urllib|six\\.moves\\.urllib\\.request)\\.(?:urlopen|urlretrieve|Request)$|^urllib3\\.request$|^(?:websockets\\.connect|websocket\\.create_connection|pycurl\\.Curl)$`,
);
const HOSTS = /^http\.client\.HTTPS?Connection$|^httplib\.HTTPS?Connection$|^socket\.create_connection$/;

/** An address that the client chooses and the server calls. */
export const SSRF: DetectingRule = {
  id: 'py/ssrf',
  ...KIND_DESCRIPTIONS.ssrf,
  fix: 'Choose the host from a fixed list; where any host must do, resolve it and refuse private addresses, redirects included.',
  weakExample:
    'import requests\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n@app.get("/preview")\ndef preview():\n    return {"size": len(requests.get(request.args["url"], timeout=5).content)}\n',
  safeExample:
    'import requests\nfrom flask import Flask, request\n\napp = Flask(__name__)\nFEEDS = {"news": "https://news.example.org/feed"}\n\n@app.get("/preview")\ndef preview():\n    return {"size": len(requests.get(FEEDS[request.args["feed"]], timeout=5).content)}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const address = addressOf(site);
      if (address === undefined || hasFixedHost(address)) continue;
      if (isExposed(analysis.exposureOf(address, 'url'), 'remote')) yield exposedAt(site.call.span, 'remote');
    }
  },
};

function addressOf(site: CallSite): Value | undefined {
  if (HOSTS.test(site.ref)) return argumentOf(site, 0, 'host')?.items?.[0] ?? argumentOf(site, 0, 'host');
  if (!CLIENTS.test(site.ref)) return undefined;
  return argumentOf(
    site,
    /^(?:request|stream|send)$/.test(calledName(site)) && !site.ref.startsWith('urllib.') ? 1 : 0,
    'url',
  );
}
