import type { DetectingRule } from '../../detection.ts';
import { isExposed } from '../../flow/analysis.ts';
import { textOf, type Value } from '../../flow/value.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';

/** Text from outside in a filter or name of a directory. */
export const LDAP_INJECTION: DetectingRule = siteRule(
  {
    id: 'go/ldap-injection',
    ...KIND_DESCRIPTIONS['ldap-injection'],
    fix: 'Escape the text with `ldap.EscapeFilter` in filters and `ldap.EscapeDN` in names.',
    weakExample:
      'package people\n\nimport "github.com/go-ldap/ldap/v3"\n\nfunc Request(name string) *ldap.SearchRequest {\n\treturn ldap.NewSearchRequest("dc=example", 2, 0, 0, 0, false, "(uid="+name+")", nil, nil)\n}\n',
    safeExample:
      'package people\n\nimport "github.com/go-ldap/ldap/v3"\n\nfunc Request(name string) *ldap.SearchRequest {\n\treturn ldap.NewSearchRequest("dc=example", 2, 0, 0, 0, false, "(uid="+ldap.EscapeFilter(name)+")", nil, nil)\n}\n',
  },
  (site, analysis) => {
    if (
      !/^ldap\.(?:NewSearchRequest|SearchRequest|NewModifyRequest|NewDelRequest|NewAddRequest)$|ldap\b.*\.Bind$/.test(
        site.ref,
      )
    ) {
      return undefined;
    }
    const values = [...site.positional, ...site.named.values()];
    const isRemote = values.some((value) => isExposed(analysis.exposureOf(value, 'ldap'), 'remote'));
    const built = values.filter((value) => isBuilt(value));
    const bound = site.ref.endsWith('.Bind') ? built.slice(0, 1) : built;
    return exposed(
      site,
      bound.length === 0 && isRemote && !site.ref.endsWith('.Bind') ? values : bound,
      'ldap',
      'parameter',
      analysis,
    );
  },
);

function isBuilt(value: Value): boolean {
  return textOf(value).some((part) => typeof part === 'string' && part.includes('='));
}
