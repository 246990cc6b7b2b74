import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { textOf, type Value } from '../../flow/value.ts';
import { exposed, siteRule } from '../../site-rule.ts';

const SEARCHES = /^(?:search|searchForObject|lookup|find|findOne|authenticate|bind|searchForContext|filter)$/;

/** Text from outside in a filter or name of a directory. */
export const LDAP_INJECTION: DetectingRule = siteRule(
  {
    id: 'java/ldap-injection',
    ...KIND_DESCRIPTIONS['ldap-injection'],
    fix: 'Escape the text with `LdapEncoder.filterEncode`, or hand it over as an argument of the search: `search(base, "(uid={0})", arguments, controls)`.',
    weakExample:
      'import javax.naming.directory.*;\n\nclass People {\n  Object find(DirContext context, String name, SearchControls controls) throws Exception {\n    return context.search("dc=example", "(uid=" + name + ")", controls);\n  }\n}\n',
    safeExample:
      'import javax.naming.directory.*;\n\nclass People {\n  Object find(DirContext context, String name, SearchControls controls) throws Exception {\n    return context.search("dc=example", "(uid={0})", new Object[] {name}, controls);\n  }\n}\n',
  },
  (site, analysis) =>
    SEARCHES.test(calledName(site)) && isDirectory(site)
      ? exposed(
          site,
          site.positional.filter((value) => isFilter(value)),
          'ldap',
          'parameter',
          analysis,
        )
      : undefined,
);

function isDirectory(site: CallSite): boolean {
  return /DirContext|LdapContext|LdapTemplate|LdapConnection|LDAPConnection|LdapQueryBuilder|context|ldap/i.test(
    site.receiver?.ref ?? '',
  );
}

/** Text with a part such as `(uid=` or `uid=` that is put together. */
function isFilter(value: Value): boolean {
  return (
    textOf(value).some((part) => typeof part === 'string' && /=\s*\*?$|=/.test(part)) &&
    value.taint.size > 0 &&
    value.items === undefined
  );
}
