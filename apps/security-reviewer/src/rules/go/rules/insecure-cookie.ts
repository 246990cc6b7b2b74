import type { DetectingRule } from '../../detection.ts';
import { calledName } from '../../flow/call-site.ts';
import { constantText, type Value } from '../../flow/value.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { isSensitiveCookie } from '../../knowledge/sensitive-cookie.ts';
import { settingsOf } from './settings.ts';

/** A cookie of a session that scripts or plain connections can see. */
export const INSECURE_COOKIE: DetectingRule = {
  id: 'go/insecure-cookie',
  ...KIND_DESCRIPTIONS['insecure-cookie'],
  fix: 'Set `HttpOnly: true`, `Secure: true` and `SameSite: http.SameSiteLaxMode`.',
  weakExample:
    'package login\n\nimport "net/http"\n\nfunc Done(w http.ResponseWriter, id string) {\n\thttp.SetCookie(w, &http.Cookie{Name: "session", Value: id})\n}\n',
  safeExample:
    'package login\n\nimport "net/http"\n\nfunc Done(w http.ResponseWriter, id string) {\n\thttp.SetCookie(w, &http.Cookie{Name: "session", Value: id, HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode})\n}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (/^(?:net\/http|fiber|fasthttp)\.Cookie$/.test(site.ref) && isOpen(site.named, analysis)) {
        yield { span: site.call.span };
      }
      if (/^gorilla\/sessions\.Options$|^sessions\.Options$|^session\.Config$/.test(site.ref) && lacks(site.named)) {
        yield { span: site.call.span };
      }
      if (calledName(site) === 'SetCookie' && site.receiver?.ref === 'gin.Context()') {
        const [name, , , , , secure, httpOnly] = site.positional;
        const isBare = secure?.literal === false || httpOnly?.literal === false;
        if (isBare && isSensitiveCookie(constantText(name))) yield { span: site.call.span };
      }
    }
  },
};

function isOpen(named: ReadonlyMap<string, Value>, analysis: Analysis): boolean {
  const name = named.get('Name');
  if (named.size === 0 || !isSensitiveCookie(constantText(name))) return false;
  // A cookie that is taken away holds nothing.
  const age = named.get('MaxAge')?.literal;
  if (typeof age === 'number' && age < 0) return false;
  return lacks(named) && !isSetLater(named, analysis);
}

function lacks(named: ReadonlyMap<string, Value>): boolean {
  const isOff = (value: Value | undefined): boolean => value === undefined || value.literal === false;
  return (
    isOff(named.get('Secure')) || isOff(named.get('HttpOnly') ?? named.get('HTTPOnly') ?? named.get('CookieHTTPOnly'))
  );
}

/** `cookie.Secure = true` further on. */
function isSetLater(named: ReadonlyMap<string, Value>, analysis: Analysis): boolean {
  const missing = ['Secure', 'HttpOnly'].filter((name) => named.get(name)?.literal !== true);
  const set = [...settingsOf(analysis)].filter(
    ({ owner, value, whole, span }) => owner.endsWith('Cookie') && value.literal === true && whole === span,
  );
  return missing.every((name) => set.some((setting) => setting.name === name));
}
