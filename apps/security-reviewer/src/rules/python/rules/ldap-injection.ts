import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed } from '../../flow/analysis.ts';
import { textOf, type Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const SEARCHES =
  /^(?:search|search_s|search_st|search_ext|search_ext_s|paged_search|modify_s|delete_s|compare_s|modify|delete)$/;

/** Text from outside in a question to a directory. */
export const LDAP_INJECTION: DetectingRule = {
  id: 'py/ldap-injection',
  ...KIND_DESCRIPTIONS['ldap-injection'],
  fix: 'Escape with `escape_filter_chars` in filters and `escape_rdn` in names.',
  weakExample:
    'import ldap\n\ndef find(connection, uid):\n    return connection.search_s("dc=example", ldap.SCOPE_SUBTREE, "(uid=%s)" % uid)\n',
  safeExample:
    'import ldap\nfrom ldap.filter import escape_filter_chars\n\ndef find(connection, uid):\n    return connection.search_s("dc=example", ldap.SCOPE_SUBTREE, "(uid=%s)" % escape_filter_chars(uid))\n',
  *detect(analysis) {
    if (!analysis.importsFrom('ldap', 'ldap3', 'bonsai', 'flask_ldap3_login')) return;
    for (const site of analysis.calls) {
      if (!SEARCHES.test(calledName(site)) || site.receiver === undefined) continue;
      const exposure = questionsOf(site)
        .filter((question) => isQuestion(question))
        .map((question) => analysis.exposureOf(question, 'ldap'))
        .find((found) => isExposed(found, 'parameter'));
      if (exposure !== undefined) yield exposedAt(site.call.span, exposure);
    }
  },
};

/** Base and filter. */
function questionsOf(site: CallSite): Value[] {
  const given = [
    argumentOf(site, 0, 'search_base'),
    argumentOf(site, 1, 'search_filter'),
    argumentOf(site, 2, 'filterstr'),
  ];
  return [...given, site.named.get('base')].filter((value) => value !== undefined);
}

function isQuestion(value: Value): boolean {
  return textOf(value).some((part) => typeof part === 'string' && /\w=/.test(part));
}
