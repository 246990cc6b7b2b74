import type { DetectingRule } from '../../detection.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText, type Value } from '../../flow/value.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { returnsOf } from '../../program/returns-of.ts';

/** A site that lets every other call it with the visitor's credentials. */
export const CORS_MISCONFIGURATION: DetectingRule = {
  id: 'go/cors-misconfiguration',
  ...KIND_DESCRIPTIONS['cors-misconfiguration'],
  fix: 'List the origins that may call, and compare the `Origin` header with that list.',
  weakExample:
    'package api\n\nimport "net/http"\n\nfunc Open(w http.ResponseWriter, r *http.Request) {\n\tw.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))\n\tw.Header().Set("Access-Control-Allow-Credentials", "true")\n}\n',
  safeExample:
    'package api\n\nimport "net/http"\n\nfunc Open(w http.ResponseWriter, r *http.Request) {\n\tw.Header().Set("Access-Control-Allow-Origin", "https://app.example.org")\n\tw.Header().Set("Access-Control-Allow-Credentials", "true")\n}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (isEcho(site, analysis) || isOpenConfiguration(site)) yield { span: site.call.span };
    }
  },
};

function headerOf(site: CallSite): string {
  return /^(?:Set|Add|Header|SetHeader)$/.test(calledName(site)) ? (constantText(site.positional[0]) ?? '') : '';
}

/** The header that repeats whatever origin asks, or the wildcard, beside the one that lets credentials through. */
function isEcho(site: CallSite, analysis: Analysis): boolean {
  if (!/^access-control-allow-origin$/i.test(headerOf(site))) return false;
  const origin = site.positional[1];
  const isRepeated = isExposed(analysis.exposureOf(origin, 'header'), 'remote');
  const isWild = constantText(origin) === '*';
  if (!isRepeated && !isWild) return false;
  return analysis.calls.some(
    (other) => other.caller === site.caller && /^access-control-allow-credentials$/i.test(headerOf(other)),
  );
}

function isOpenConfiguration(site: CallSite): boolean {
  const { named } = site;
  const credentials = named.get('AllowCredentials')?.literal === true;
  if (!credentials) return false;
  if (named.get('AllowAllOrigins')?.literal === true) return true;
  const origins = named.get('AllowedOrigins') ?? named.get('AllowOrigins');
  if (holdsStar(origins)) return true;
  return site.call.arguments.some(
    ({ name, value }) =>
      /^Allow(?:Origin(?:s)?(?:Request)?Func|OriginWithContextFunc)$/.test(name ?? '') &&
      value.kind === 'function-value' &&
      returnsOf(value.definition.body).every(({ value: returned }) => {
        const first = returned.kind === 'sequence' ? returned.elements[0] : returned;
        return first?.kind === 'literal' && first.value === true;
      }),
  );
}

function holdsStar(origins: Value | undefined): boolean {
  const texts = [...(origins?.items?.map((item) => constantText(item)) ?? []), constantText(origins)];
  return texts.some((text) => text === '*' || text === 'http://*' || text === 'https://*');
}
