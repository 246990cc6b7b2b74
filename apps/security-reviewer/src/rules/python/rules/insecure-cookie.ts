import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { wordsOf } from '../../knowledge/secret-name.ts';
import { settingsOf } from './settings.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const SETTINGS =
  /^(?:SESSION|CSRF|REMEMBER|JWT|LANGUAGE)_COOKIE_(?:SECURE|HTTPONLY)$|^(?:SESSION|JWT)_COOKIE_CSRF_PROTECT$/;
/** Cookies that stand for a login. */
const LOGIN_WORDS: ReadonlySet<string> = new Set(
  'session sessionid sid token auth jwt ticket remember login access refresh csrf credential identity user'.split(' '),
);

/** A cookie that can be read on the way, or by a script. */
export const INSECURE_COOKIE: DetectingRule = {
  id: 'py/insecure-cookie',
  ...KIND_DESCRIPTIONS['insecure-cookie'],
  fix: 'Set `secure=True`, `httponly=True` and `samesite="Lax"` or stricter.',
  weakExample: 'def login(response, token):\n    response.set_cookie("session", token)\n',
  safeExample:
    'def login(response, token):\n    response.set_cookie("session", token, secure=True, httponly=True, samesite="Lax")\n',
  *detect(analysis) {
    for (const site of analysis.calls) if (isBare(site)) yield { span: site.call.span };
    for (const { name, value, span } of settingsOf(analysis)) {
      if (SETTINGS.test(name) && value.literal === false) yield { span };
    }
  },
};

function isBare(site: CallSite): boolean {
  if (!/^set_(?:signed_)?cookie$/.test(calledName(site)) || site.spread.length > 0) return false;
  const secure = site.named.get('secure');
  if (secure?.literal === false) return true;
  const name = constantText(argumentOf(site, 0, 'key') ?? site.named.get('name'));
  const isLogin = name !== undefined && wordsOf(name).some((word) => LOGIN_WORDS.has(word));
  if (!isLogin) return false;
  return secure === undefined || site.named.get('httponly')?.literal === false || !site.named.has('httponly');
}
