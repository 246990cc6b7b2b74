import type { DetectingRule } from '../../detection.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText, type Value } from '../../flow/value.ts';
import { staysHere } from '../../knowledge/address-text.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';
import { isRequest } from '../model/requests.ts';

/** A redirect to wherever a link says. */
export const OPEN_REDIRECT: DetectingRule = siteRule(
  {
    id: 'go/open-redirect',
    ...KIND_DESCRIPTIONS['open-redirect'],
    fix: 'Redirect to paths of this site alone (one slash at the start, no host in the parsed address), or to entries of a fixed list.',
    weakExample:
      'package login\n\nimport "net/http"\n\nfunc Done(w http.ResponseWriter, r *http.Request) {\n\thttp.Redirect(w, r, r.FormValue("next"), http.StatusFound)\n}\n',
    safeExample:
      'package login\n\nimport "net/http"\n\nfunc Done(w http.ResponseWriter, r *http.Request) {\n\thttp.Redirect(w, r, "/home?from="+r.FormValue("next"), http.StatusFound)\n}\n',
  },
  (site, analysis) =>
    exposed(
      site,
      targetsOf(site).filter((target) => !staysHere(target)),
      'redirect',
      'remote',
      analysis,
    ),
);

function targetsOf(site: CallSite): Value[] {
  const { ref, positional, receiver } = site;
  if (ref === 'net/http.Redirect') return positional.slice(2, 3).filter((target) => !isOwnAddress(target));
  const name = calledName(site);
  if (name === 'Set' && (receiver?.ref ?? '').endsWith('.Header()')) {
    return /^location$/i.test(constantText(positional[0]) ?? '') ? positional.slice(1, 2) : [];
  }
  if (receiver === undefined || !isRequest(receiver.ref) || name !== 'Redirect') return [];
  return receiver.ref.startsWith('fiber') ? positional.slice(0, 1) : positional.slice(1, 2);
}

/** The address of the request itself, on its own host. */
function isOwnAddress({ ref }: Value): boolean {
  return /\.URL\.(?:String|Path|RequestURI|EscapedPath)(?:\(\))?$|Request\(\)\.RequestURI$/.test(ref);
}
