import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A parser of XML that puts into a document what its entities name; that of the standard library does not. */
export const XXE: DetectingRule = siteRule(
  {
    id: 'go/xxe',
    ...KIND_DESCRIPTIONS.xxe,
    fix: 'Use `encoding/xml`, or leave `XMLParseNoEnt` and `XMLParseDTDLoad` out.',
    weakExample:
      'package feed\n\nimport (\n\t"github.com/lestrrat-go/libxml2"\n\t"github.com/lestrrat-go/libxml2/parser"\n)\n\nfunc Read(data []byte) {\n\tlibxml2.Parse(data, parser.XMLParseNoEnt)\n}\n',
    safeExample:
      'package feed\n\nimport "github.com/lestrrat-go/libxml2"\n\nfunc Read(data []byte) {\n\tlibxml2.Parse(data)\n}\n',
  },
  (site) =>
    at(
      site,
      /^(?:libxml2|parser|xml)\b/.test(site.ref) &&
        site.positional.some(({ ref }) => /XMLParse(?:NoEnt|DTDLoad)\b|XML_PARSE_(?:NOENT|DTDLOAD)/.test(ref)),
    ),
);
