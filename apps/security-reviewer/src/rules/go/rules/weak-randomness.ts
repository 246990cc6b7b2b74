import type { DetectingRule } from '../../detection.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { hasWord, purposeOf } from '../../knowledge/naming.ts';
import { SECRET_PURPOSES } from '../../knowledge/secret-purposes.ts';
import { at, siteRule } from '../../site-rule.ts';

const NUMBERS =
  /^(?:Int|Intn|Int31|Int31n|Int63|Int63n|IntN|Int32|Int32N|Int64|Int64N|N|Uint32|Uint64|UintN|Float64|Float32|Perm|Read|Shuffle)$/;

/** A secret made of numbers that can be foreseen. */
export const WEAK_RANDOMNESS: DetectingRule = siteRule(
  {
    id: 'go/weak-randomness',
    ...KIND_DESCRIPTIONS['weak-randomness'],
    fix: 'Use `crypto/rand`: `rand.Text()` or `rand.Read(buffer)`.',
    weakExample:
      'package session\n\nimport (\n\t"math/rand"\n\t"strconv"\n)\n\nfunc NewToken() string {\n\treturn strconv.Itoa(rand.Int())\n}\n',
    safeExample: 'package session\n\nimport "crypto/rand"\n\nfunc NewToken() string {\n\treturn rand.Text()\n}\n',
  },
  (site, analysis) => at(site, isWeak(site) && isSecret(site, analysis)),
);

function isWeak(site: CallSite): boolean {
  return /^math\/rand\b/.test(site.ref) && NUMBERS.test(calledName(site));
}

function isSecret(site: CallSite, analysis: Analysis): boolean {
  return hasWord(purposeOf(site, analysis), SECRET_PURPOSES);
}
