import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';

/** Data in a format that makes whatever object it names. */
export const UNSAFE_DESERIALIZATION: DetectingRule = siteRule(
  {
    id: 'go/unsafe-deserialization',
    ...KIND_DESCRIPTIONS['unsafe-deserialization'],
    fix: 'Read data from outside with `encoding/json` into a structure of plain fields.',
    weakExample:
      'package jobs\n\nimport (\n\t"net/http"\n\n\t"github.com/hydrogen18/stalecucumber"\n)\n\nfunc Load(w http.ResponseWriter, r *http.Request) {\n\tstalecucumber.Unpickle(r.Body)\n}\n',
    safeExample:
      'package jobs\n\nimport (\n\t"encoding/json"\n\t"net/http"\n)\n\nfunc Load(w http.ResponseWriter, r *http.Request) {\n\tvar job struct{ Name string }\n\tjson.NewDecoder(r.Body).Decode(&job)\n}\n',
  },
  (site, analysis) =>
    /^(?:stalecucumber\.Unpickle|ogorek\.NewDecoder|phpserialize\.(?:Unmarshal|Decode)|gopickle\.\w+)$/.test(site.ref)
      ? exposed(site, site.positional, 'data', 'remote', analysis)
      : undefined,
);
