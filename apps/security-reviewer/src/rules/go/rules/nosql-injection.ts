import type { DetectingRule } from '../../detection.ts';
import { calledName } from '../../flow/call-site.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';

const METHODS =
  /^(?:Find|FindOne|FindOneAndUpdate|FindOneAndDelete|FindOneAndReplace|UpdateOne|UpdateMany|DeleteOne|DeleteMany|CountDocuments|Aggregate|Distinct)$/;

/** A query that takes a structure or code from outside. */
export const NOSQL_INJECTION: DetectingRule = siteRule(
  {
    id: 'go/nosql-injection',
    ...KIND_DESCRIPTIONS['nosql-injection'],
    fix: 'Decode the request into a structure with fields of plain types and build the filter from those; use no `$where`.',
    weakExample:
      'package users\n\nimport (\n\t"context"\n\t"encoding/json"\n\t"net/http"\n\n\t"go.mongodb.org/mongo-driver/bson"\n\t"go.mongodb.org/mongo-driver/mongo"\n)\n\nfunc Find(users *mongo.Collection, r *http.Request) {\n\tvar filter bson.M\n\tjson.NewDecoder(r.Body).Decode(&filter)\n\tusers.Find(context.Background(), filter)\n}\n',
    safeExample:
      'package users\n\nimport (\n\t"context"\n\t"net/http"\n\n\t"go.mongodb.org/mongo-driver/bson"\n\t"go.mongodb.org/mongo-driver/mongo"\n)\n\nfunc Find(users *mongo.Collection, r *http.Request) {\n\tusers.Find(context.Background(), bson.M{"name": r.FormValue("name")})\n}\n',
  },
  (site, analysis) => {
    if (site.receiver !== undefined && METHODS.test(calledName(site)) && analysis.importsFrom('mongo', 'bson', 'mgo')) {
      return exposed(
        site,
        site.positional.slice(0, 2).filter((value) => value.ref === '$decoded'),
        'query',
        'remote',
        analysis,
      );
    }
    return /^(?:bson|primitive|mgo)\.\w+$/.test(site.ref)
      ? exposed(site, [site.named.get('$where')], 'code', 'parameter', analysis)
      : undefined;
  },
);
