import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import { exposed, siteRule } from '../../site-rule.ts';

/** A query that takes a structure or code from outside. */
export const NOSQL_INJECTION: DetectingRule = siteRule(
  {
    id: 'java/nosql-injection',
    ...KIND_DESCRIPTIONS['nosql-injection'],
    fix: 'Build the query with `Filters.eq` or `Criteria.where(name).is(value)`, and use no `$where`.',
    weakExample:
      'import org.springframework.data.mongodb.core.query.*;\n\nclass Users {\n  Query find(String name) {\n    return new BasicQuery("{ name: \'" + name + "\' }");\n  }\n}\n',
    safeExample:
      'import org.springframework.data.mongodb.core.query.*;\n\nclass Users {\n  Query find(String name) {\n    return new Query(Criteria.where("name").is(name));\n  }\n}\n',
  },
  (site, analysis) => {
    if (
      /^(?:BasicQuery|Document\.parse|BsonDocument\.parse|BasicDBObject\.parse|JSON\.parse|Filters\.where|CodeWScope|Code|BsonJavaScript)$/.test(
        site.ref,
      )
    ) {
      return exposed(site, site.positional.slice(0, 1), 'code', 'parameter', analysis);
    }
    if (
      !/^(?:BasicDBObject|Document|put|append)$/.test(calledName(site) || site.ref) ||
      constantText(site.positional[0]) !== '$where'
    ) {
      return undefined;
    }
    return exposed(site, site.positional.slice(1, 2), 'code', 'parameter', analysis);
  },
);
