import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import { exposed, siteRule } from '../../site-rule.ts';
import { hasFixedHost } from '../../knowledge/address-text.ts';

/** An address that the client chooses and the server calls. */
export const SSRF: DetectingRule = siteRule(
  {
    id: 'java/ssrf',
    ...KIND_DESCRIPTIONS.ssrf,
    fix: 'Choose the host from a fixed list; where any host must do, resolve it and refuse private addresses, redirects included.',
    weakExample:
      'import org.springframework.web.bind.annotation.*;\nimport org.springframework.web.client.RestTemplate;\n\nclass Preview {\n  private final RestTemplate client = new RestTemplate();\n\n  @GetMapping("/preview")\n  int preview(@RequestParam String url) {\n    return client.getForObject(url, byte[].class).length;\n  }\n}\n',
    safeExample:
      'import java.util.Map;\nimport org.springframework.web.bind.annotation.*;\nimport org.springframework.web.client.RestTemplate;\n\nclass Preview {\n  private static final Map<String, String> FEEDS = Map.of("news", "https://news.example.org/feed");\n  private final RestTemplate client = new RestTemplate();\n\n  @GetMapping("/preview")\n  int preview(@RequestParam String feed) {\n    return client.getForObject(FEEDS.get(feed), byte[].class).length;\n  }\n}\n',
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

const REST =
  /^(?:getForObject|getForEntity|postForObject|postForEntity|exchange|execute|put|delete|headForHeaders|patchForObject|postForLocation)$/;

function addressesOf(site: CallSite): Value[] {
  const { ref, positional, receiver } = site;
  const name = calledName(site);
  if (receiver !== undefined && /^(?:openConnection|openStream|getContent)$/.test(name)) return [receiver];
  if (/^(?:Async)?RestTemplate\(\)/.test(ref) && REST.test(name)) return positional.slice(0, 1);
  if (/WebClient|RestClient/.test(ref) && /^(?:uri|create|baseUrl)$/.test(name)) return positional.slice(0, 1);
  if (
    /^(?:HttpGet|HttpPost|HttpPut|HttpDelete|HttpHead|HttpPatch|Socket|InetSocketAddress|HttpUrl\.(?:parse|get)|Jsoup\.connect|HttpRequest\.(?:get|post)|Request\.(?:Get|Post|get|post)|Unirest\.(?:get|post|put)|IOUtils\.toString|IOUtils\.toByteArray|ImageIO\.read|ClientBuilder\.newClient\(\)\.target|Client\(\)\.target)$/.test(
      ref,
    )
  ) {
    return positional.slice(0, 1);
  }
  if (/^HttpRequest\.newBuilder$/.test(ref)) return positional.slice(0, 1);
  if (name === 'uri' && /HttpRequest\.newBuilder\(\)|HttpRequest\.Builder/.test(ref)) return positional.slice(0, 1);
  if (name === 'url' && /^Request\.Builder\b/.test(ref)) return positional.slice(0, 1);
  return [];
}
