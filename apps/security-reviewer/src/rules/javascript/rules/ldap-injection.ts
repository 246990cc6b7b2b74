import { isExposed } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { textOf, type Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { optionOf } from './settings.ts';

/** Text from outside in a question to a directory. */
export const LDAP_INJECTION: DetectingRule = {
  id: 'js/ldap-injection',
  ...KIND_DESCRIPTIONS['ldap-injection'],
  fix: 'Build filters from objects (`new EqualityFilter({ attribute, value })`), or escape each value by RFC 4515.',
  weakExample:
    "import ldap from 'ldapjs';\n\nconst client = ldap.createClient({ url: 'ldap://directory' });\nexport function find(uid, done) {\n  client.search('dc=example', { filter: `(uid=${uid})` }, done);\n}\n",
  safeExample:
    "import ldap from 'ldapjs';\n\nconst client = ldap.createClient({ url: 'ldap://directory' });\nexport function find(uid, done) {\n  client.search('dc=example', { filter: new ldap.EqualityFilter({ attribute: 'uid', value: uid }) }, done);\n}\n",
  *detect(analysis) {
    if (
      !analysis.importsFrom(
        'ldapjs',
        'ldapts',
        'activedirectory',
        'activedirectory2',
        'ldapjs-client',
        'ldap-authentication',
        'simple-ldap-search',
      )
    ) {
      return;
    }
    for (const site of analysis.calls) {
      if (
        !/^(?:search|searchReturnAll|bind|modify|del|compare|add|parseFilter|find|findUser|findUsers)$/.test(
          calledName(site),
        )
      ) {
        continue;
      }
      const exposure = questionsOf(site)
        .filter((question) => isQuestion(question))
        .map((question) => analysis.exposureOf(question, 'ldap'))
        .find((found) => isExposed(found, 'parameter'));
      if (exposure !== undefined) yield exposedAt(site.call.span, exposure);
    }
  },
};

function questionsOf(site: CallSite): Value[] {
  return [...site.positional, optionOf(site, 'filter'), optionOf(site, 'base')].filter((value) => value !== undefined);
}

function isQuestion(value: Value): boolean {
  return value.entries === undefined && textOf(value).some((part) => typeof part === 'string' && /\w=/.test(part));
}
