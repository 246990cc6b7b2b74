import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText, textOf, type Value } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { wordsOf } from '../../knowledge/secret-name.ts';
import { settingsOf } from './settings.ts';

/** Cookies that stand for a login. */
const LOGIN_WORDS: ReadonlySet<string> = new Set(
  'session sessionid sess sid token auth jwt ticket remember login access refresh credential identity connect'.split(
    ' ',
  ),
);

/** A cookie that can be read on the way, or by a script. */
export const INSECURE_COOKIE: DetectingRule = {
  id: 'js/insecure-cookie',
  ...KIND_DESCRIPTIONS['insecure-cookie'],
  fix: 'Set `secure: true`, `httpOnly: true` and `sameSite: "lax"` or stricter.',
  weakExample:
    "export function login(request, response) {\n  response.cookie('session', start(request));\n  response.end();\n}\n",
  safeExample:
    "export function login(request, response) {\n  response.cookie('session', start(request), { secure: true, httpOnly: true, sameSite: 'lax' });\n  response.end();\n}\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (setsBare(site) || writesBare(site)) yield { span: site.call.span };
    }
    for (const { name, value, span, expression } of settingsOf(analysis)) {
      // The cookie of a session, as session middleware is told to set it.
      if (name === 'cookie' && expression.kind === 'mapping' && isOff(value)) yield { span };
      if (name === 'cookie' && owner(expression) && isHeaderBare(value)) yield { span };
    }
  },
};

function owner(expression: { readonly kind: string }): boolean {
  return /^(?:template|binary|literal)$/.test(expression.kind);
}

/** `document.cookie = "session=…"`: a page cannot set `HttpOnly`, but it can set `Secure`. */
function isHeaderBare(value: Value): boolean {
  const [first] = textOf(value);
  const text = typeof first === 'string' ? first : '';
  const name = /^([\w.-]+)=/.exec(text)?.[1];
  return name !== undefined && isLogin(name) && !/;\s*secure/i.test(knownText(value));
}

function knownText(value: Value): string {
  return textOf(value)
    .map((part) => (typeof part === 'string' ? part : ''))
    .join('');
}

function isOff(value: Value): boolean {
  return value.entries?.get('secure')?.literal === false || value.entries?.get('httpOnly')?.literal === false;
}

function setsBare(site: CallSite): boolean {
  const name = calledName(site);
  const { ref } = site;
  const isSetter =
    (name === 'cookie' && site.positional.length >= 2) ||
    (name === 'set' && /(?:cookies(?:\(\))?|Cookies)\.set$|^js-cookie\.set$|^universal-cookie\(\)\.set$/.test(ref)) ||
    /^(?:setCookie|setSignedCookie)$/.test(name) ||
    (name === 'serialize' && /^cookie\b/.test(ref));
  if (!isSetter) return false;
  const given = typeof constantText(site.positional[0]) === 'string' ? site.positional : site.positional.slice(1);
  const [key, , third] = given;
  const [only] = site.positional;
  const options = third ?? (only?.entries?.has('name') === true ? only : undefined);
  const cookie = constantText(key) ?? constantText(only?.entries?.get('name'));
  if (options?.entries !== undefined && isOff(options)) return true;
  if (cookie === undefined || !isLogin(cookie)) return false;
  // What comes from elsewhere may hold the protections.
  if (options !== undefined && (options.entries === undefined || options.entries.has('*'))) return false;
  return options?.entries?.get('secure') === undefined || options.entries.get('httpOnly') === undefined;
}

/** `Set-Cookie` written by hand. */
function writesBare(site: CallSite): boolean {
  if (!/^(?:setHeader|header|set|append|appendHeader)$/.test(calledName(site))) return false;
  const [name, value] = site.positional;
  if (!/^set-cookie$/i.test(constantText(name) ?? '') || value === undefined) return false;
  return (value.items ?? [value]).some((cookie) => {
    const text = knownText(cookie);
    const isNamed = isLogin(/^([\w.-]+)=/.exec(text)?.[1] ?? '');
    return isNamed && !(/;\s*secure/i.test(text) && /;\s*httponly/i.test(text));
  });
}

function isLogin(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => LOGIN_WORDS.has(word)) && !words.some((word) => /^(?:csrf|xsrf)$/.test(word));
}
