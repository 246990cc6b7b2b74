import type { DetectingRule } from '../../detection.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import { hasFixedHost } from '../../knowledge/address-text.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';

const CLIENTS =
  /(?:^|\.)(?:net\/http\.(?:Get|Post|PostForm|Head)|http\.Client\(\)\.(?:Get|Post|PostForm|Head)|net\/http\.DefaultClient\.(?:Get|Post|PostForm|Head))$/;
const REQUESTS = /^net\/http\.NewRequest(?:WithContext)?$/;
const SOCKETS =
  /^(?:net\.(?:Dial|DialTimeout)|crypto\/tls\.Dial|grpc\.(?:Dial|NewClient)|websocket\.DefaultDialer\.Dial|net\/smtp\.Dial)$/;
const OTHERS =
  /^(?:resty\.New\(\)\.R\(\)(?:\.\w+\(\))*|req\.C\(\)\.R\(\)(?:\.\w+\(\))*|req|grequests)\.(?:Get|Post|Put|Patch|Delete|Head)$/;

/** An address that the client chooses and the server calls. */
export const SSRF: DetectingRule = siteRule(
  {
    id: 'go/ssrf',
    ...KIND_DESCRIPTIONS.ssrf,
    fix: 'Choose the host from a fixed list; where any host must do, refuse private addresses in the dialer, redirects included.',
    weakExample:
      'package preview\n\nimport "net/http"\n\nfunc Preview(w http.ResponseWriter, r *http.Request) {\n\tresponse, err := http.Get(r.URL.Query().Get("url"))\n\tif err == nil {\n\t\tresponse.Body.Close()\n\t}\n}\n',
    safeExample:
      'package preview\n\nimport "net/http"\n\nvar feeds = map[string]string{"news": "https://news.example.org/feed"}\n\nfunc Preview(w http.ResponseWriter, r *http.Request) {\n\tresponse, err := http.Get(feeds[r.URL.Query().Get("feed")])\n\tif err == nil {\n\t\tresponse.Body.Close()\n\t}\n}\n',
  },
  (site, analysis) =>
    exposed(
      site,
      addressesOf(site).filter((address) => !hasFixedHost(address)),
      'url',
      'remote',
      analysis,
    ),
);

function addressesOf(site: CallSite): Value[] {
  const { ref, positional } = site;
  if (CLIENTS.test(ref) || OTHERS.test(ref)) return positional.slice(0, 1);
  if (REQUESTS.test(ref)) {
    const position = ref.endsWith('Context') ? 2 : 1;
    return positional.slice(position, position + 1);
  }
  if (SOCKETS.test(ref)) return positional.slice(ref.startsWith('grpc') || ref.startsWith('websocket') ? 0 : 1, 2);
  // A client under a name of its own: `client.Get(url)`.
  const isClient =
    /^(?:Get|Post|Head)$/.test(calledName(site)) && /http\.Client\(\)$|[cC]lient$/.test(site.receiver?.ref ?? '');
  return isClient ? positional.slice(0, 1) : [];
}
