import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { constantText, knownPrefix, type Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { staysHere } from '../../knowledge/address-text.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { placeOf } from '../../flow/place.ts';
import { settingsOf, type Setting } from './settings.ts';

/** A redirect to wherever a link says. */
export const OPEN_REDIRECT: DetectingRule = {
  id: 'js/open-redirect',
  ...KIND_DESCRIPTIONS['open-redirect'],
  fix: 'Redirect to paths of this site alone (compare `new URL(target, base).origin` with the own origin), or to entries of a fixed list.',
  weakExample:
    "import express from 'express';\n\nexpress().get('/done', (request, response) => {\n  response.redirect(request.query.next);\n});\n",
  safeExample:
    "import express from 'express';\n\nconst PLACES = { home: '/', account: '/account' };\nexpress().get('/done', (request, response) => {\n  response.redirect(PLACES[request.query.next] ?? '/');\n});\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      for (const target of targetsOf(site)) {
        if (
          !leads(target) ||
          isOwnAddress(target, analysis) ||
          !isExposed(analysis.exposureOf(target, 'redirect'), 'remote')
        ) {
          continue;
        }
        yield exposedAt(site.call.span, 'remote');
        break;
      }
    }
    for (const setting of settingsOf(analysis)) {
      if (
        isTarget(setting) &&
        leads(setting.value) &&
        isExposed(analysis.exposureOf(setting.value, 'redirect'), 'remote')
      ) {
        yield exposedAt(setting.span, 'remote');
      }
    }
  },
};

/** Where a redirect stays on the site, it is none of ours; the path of an address does, unless it starts with `//`. */
function leads(target: Value): boolean {
  return !staysHere(target) && !/\.(?:pathname|search|hash)$/.test(target.ref);
}

/** `new URL('/done', request.url)`: a path of its own, on the host that was asked. */
function isOwnAddress({ ref, madeBy }: Value, analysis: Analysis): boolean {
  const [path, base] = (madeBy?.arguments ?? []).map(({ value }) => analysis.valueOf(value));
  return (
    /(?:^|\.)URL\(\)$/.test(ref) &&
    /^\/(?![/\\])/.test(path === undefined ? '' : knownPrefix(path)) &&
    /^\$(?:request|context)(?:\.\w+)*\.(?:url|nextUrl|origin|href)$/.test(base?.ref ?? '')
  );
}

function targetsOf(site: CallSite): Value[] {
  const { ref, positional } = site;
  const name = calledName(site);
  if (/^(?:redirect|permanentRedirect|temporaryRedirect)$/.test(name)) {
    const isStatus =
      typeof positional[0]?.literal === 'number' ||
      (positional.length > 1 && /^\$(?:response|context)/.test(ref) && positional[0]?.taint.size === 0);
    return (isStatus ? positional.slice(1, 2) : positional.slice(0, 1)).filter((value) => value !== undefined);
  }
  if (/(?:^|\.)location\.(?:assign|replace)$|^window\.open$|^open$/.test(ref)) return positional.slice(0, 1);
  if (/^(?:\$response|\$context)(?:\.\w+(?:\(\))?)*\.location$/.test(ref)) return positional.slice(0, 1);
  if (/(?:useRouter\(\)|[rR]outer)\.(?:push|replace)$|useNavigate\(\)$|^navigate$/.test(ref)) {
    return positional.slice(0, 1);
  }
  const isHeader =
    /^(?:setHeader|header|set|append)$/.test(name) && /^location$/i.test(constantText(positional[0]) ?? '');
  return isHeader ? positional.slice(1, 2) : [];
}

/** `location = …`, `location.href = …`, a `Location` header, and the `destination` of a redirect. */
function isTarget({ name, owner, isEntry }: Setting): boolean {
  if (isEntry) return /^location$/i.test(name) || name === 'destination';
  const place = owner === undefined ? '' : (placeOf(owner) ?? '');
  if (name === 'href') return /(?:^|\.)location$/.test(place);
  return (
    name === 'location' &&
    (owner === undefined || /^(?:window|document|self|top|parent|window\.top|window\.parent)$/.test(place))
  );
}
