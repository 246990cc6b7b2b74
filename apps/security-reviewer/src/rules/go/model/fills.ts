import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Fill } from '../../flow/language-model.ts';
import { joinTaint, taintedBy, type Taint } from '../../flow/taint.ts';
import { formatVerbs } from '../../flow/text-format.ts';
import { concatenate, joinAll, joinValues, UNKNOWN, valueFrom, valueWith, type Value } from '../../flow/value.ts';
import { bindsRequest } from './requests.ts';

const BUFFER = /(?:^|\.)(?:strings\.Builder|bytes\.Buffer|bytes\.NewBufferString|bytes\.NewBuffer)\(\)$/;

/** What the call puts into its arguments or into what it is called on. */
export function fillsOf(site: CallSite): readonly Fill[] {
  const { ref, receiver, positional } = site;
  const name = calledName(site);
  if (bindsRequest(site)) return decoded(site, 0, taintedBy('remote'));
  if (
    /^(?:encoding\/(?:json|xml|asn1)|yaml|toml|proto|msgpack|bson)\.(?:Unmarshal(?:Strict)?|UnmarshalExtJSON)$/.test(
      ref,
    )
  ) {
    return decoded(site, 1, positional[0]?.taint ?? UNKNOWN.taint);
  }
  if (receiver !== undefined && name === 'Decode' && positional.length > 0) {
    const isRow = /\.(?:FindOne|Find)\w*\(\)$/.test(receiver.ref);
    return decoded(site, positional.length - 1, isRow ? UNKNOWN.taint : receiver.taint);
  }
  if (receiver !== undefined && name === 'Scan' && positional.length > 0) {
    return positional.map((_, about) => ({ about, value: UNKNOWN }));
  }
  if (/^fmt\.(?:Scan|Scanln|Scanf|Sscanf|Sscan|Fscan)$/.test(ref)) {
    return positional.map((_, about) => ({ about, value: valueFrom('local') }));
  }
  if (/^(?:crypto\/rand\.Read|io\.ReadFull)$/.test(ref)) {
    const about = ref === 'io.ReadFull' ? 1 : 0;
    const isRandom = about === 0 || positional[0]?.ref.startsWith('crypto/rand.Reader') === true;
    return [{ about, value: isRandom ? valueWith({ ref: 'crypto/rand.Read()' }) : UNKNOWN }];
  }
  if (ref === 'math/rand.Read') return [{ about: 0, value: valueWith({ ref: 'math/rand.Read()' }) }];
  if (ref === 'copy') return [{ about: 0, value: joinValues(positional[1] ?? UNKNOWN, positional[0] ?? UNKNOWN) }];
  if (ref === 'fmt.Fprintf' && BUFFER.test(positional[0]?.ref ?? '')) {
    const [buffer = UNKNOWN, template = UNKNOWN, ...given] = positional;
    return [{ about: 0, value: grown(buffer, [formatVerbs(template, given, undefined, site.call)], site) }];
  }
  if (receiver !== undefined && /^Write(?:String|Byte|Rune)?$/.test(name) && BUFFER.test(receiver.ref)) {
    return [{ about: 'receiver', value: grown(receiver, positional, site) }];
  }
  if (receiver !== undefined && /^(?:Set|Add)$/.test(name) && /url\.Values|Query\(\)/.test(receiver.ref)) {
    return [{ about: 'receiver', value: { ...receiver, taint: joinTaint(receiver.taint, joinAll(positional).taint) } }];
  }
  return [];
}

/** The target holds what was read, of which only where it comes from is known. */
function decoded(site: CallSite, about: number, taint: Taint): Fill[] {
  const target = site.positional[about];
  return [{ about, value: valueWith({ taint, ref: '$decoded', instanceOf: target?.instanceOf }) }];
}

function grown(buffer: Value, added: readonly Value[], site: CallSite): Value {
  return { ...concatenate([buffer, ...added], site.call), ref: buffer.ref, madeBy: buffer.madeBy };
}
