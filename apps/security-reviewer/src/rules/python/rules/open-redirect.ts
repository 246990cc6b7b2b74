import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed } from '../../flow/analysis.ts';
import { constantText, type Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { settingsOf } from './settings.ts';
import { staysHere } from '../../knowledge/address-text.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const REDIRECTS =
  /(?:^|\.)(?:redirect|HttpResponseRedirect|HttpResponsePermanentRedirect|RedirectResponse|HTTPFound|HTTPSeeOther|HTTPMovedPermanently|HTTPTemporaryRedirect|HTTPPermanentRedirect|HTTPMovedTemporarily)$/;

/** A redirect to wherever a link says. */
export const OPEN_REDIRECT: DetectingRule = {
  id: 'py/open-redirect',
  ...KIND_DESCRIPTIONS['open-redirect'],
  fix: 'Redirect to paths of this site alone (check with `urlparse` that there is no host), or to entries of a fixed list.',
  weakExample:
    'from flask import Flask, redirect, request\n\napp = Flask(__name__)\n\n@app.get("/done")\ndef done():\n    return redirect(request.args.get("next", "/"))\n',
  safeExample:
    'from urllib.parse import urlparse\nfrom flask import Flask, redirect, request\n\napp = Flask(__name__)\n\n@app.get("/done")\ndef done():\n    target = request.args.get("next", "/")\n    if urlparse(target).netloc or urlparse(target).scheme:\n        target = "/"\n    return redirect(target)\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const target = targetOf(site);
      if (target === undefined || staysHere(target)) continue;
      if (isExposed(analysis.exposureOf(target, 'redirect'), 'remote')) yield exposedAt(site.call.span, 'remote');
    }
    for (const { name, value, owner, span } of settingsOf(analysis)) {
      if (name.toLowerCase() !== 'location' || owner === undefined || staysHere(value)) continue;
      if (isExposed(analysis.exposureOf(value, 'redirect'), 'remote')) yield exposedAt(span, 'remote');
    }
  },
};

function targetOf(site: CallSite): Value | undefined {
  if (REDIRECTS.test(site.ref)) {
    return (
      argumentOf(site, 0, 'location') ?? site.named.get('url') ?? site.named.get('redirect_to') ?? site.named.get('to')
    );
  }
  const isHeader = /^(?:send_header|set_header|add_header)$/.test(calledName(site));
  return isHeader && /^location$/i.test(constantText(site.positional[0]) ?? '') ? site.positional[1] : undefined;
}
