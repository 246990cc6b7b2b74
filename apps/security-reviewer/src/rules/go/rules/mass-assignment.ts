import type { DetectingRule } from '../../detection.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { ClassModel } from '../../flow/definition.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { wordsOf } from '../../knowledge/secret-name.ts';
import { at, siteRule } from '../../site-rule.ts';

const STORES = /^(?:Create|Save|Updates|Update|Insert|InsertOne|FirstOrCreate|UpdateOne|UpdateColumns|ReplaceOne)$/;

/** A record whose every field the client may set. */
export const MASS_ASSIGNMENT: DetectingRule = siteRule(
  {
    id: 'go/mass-assignment',
    ...KIND_DESCRIPTIONS['mass-assignment'],
    fix: 'Read the request into a structure that holds only what the client may set, and copy those fields.',
    weakExample:
      'package users\n\nimport (\n\t"encoding/json"\n\t"net/http"\n\n\t"gorm.io/gorm"\n)\n\ntype User struct {\n\tName    string\n\tIsAdmin bool\n}\n\nfunc Create(db *gorm.DB, r *http.Request) {\n\tvar user User\n\tjson.NewDecoder(r.Body).Decode(&user)\n\tdb.Create(&user)\n}\n',
    safeExample:
      'package users\n\nimport (\n\t"encoding/json"\n\t"net/http"\n\n\t"gorm.io/gorm"\n)\n\ntype User struct {\n\tName    string\n\tIsAdmin bool\n}\n\ntype input struct {\n\tName string\n}\n\nfunc Create(db *gorm.DB, r *http.Request) {\n\tvar given input\n\tjson.NewDecoder(r.Body).Decode(&given)\n\tdb.Create(&User{Name: given.Name})\n}\n',
  },
  (site, analysis) => at(site, isStored(site, analysis)),
);

function isStored(site: CallSite, analysis: Analysis): boolean {
  if (site.receiver === undefined || !STORES.test(calledName(site))) return false;
  return site.positional.some((value) => {
    if (value.ref !== '$decoded' || !analysis.comesFrom(value, 'remote', 'fields')) return false;
    return value.instanceOf === undefined ? /gorm|bson|mongo/.test(site.ref) : holdsPower(value.instanceOf);
  });
}

/** Whether the structure has a field that says what its owner may do. */
function holdsPower(owner: ClassModel): boolean {
  return [...owner.fields.keys()].some((name) =>
    wordsOf(name).some((word) =>
      /^(?:admin|role|roles|superuser|staff|balance|credit|verified|permissions?|privilege|owner|paid|price|discount|credits|approved|tenant|plan|status)$/.test(
        word,
      ),
    ),
  );
}
