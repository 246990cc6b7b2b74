import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Fill } from '../../flow/language-model.ts';
import { joinTaint } from '../../flow/taint.ts';
import { concatenate, constantText, joinAll, valueWith } from '../../flow/value.ts';

/** What the call puts into its arguments or into what it is called on. */
export function fillsOf(site: CallSite): readonly Fill[] {
  const { receiver, positional } = site;
  const name = calledName(site);
  if (receiver === undefined) return [];
  if ((name === 'append' || name === 'insert') && /^(?:StringBuilder|StringBuffer)\(\)$/.test(receiver.ref)) {
    const added = name === 'insert' ? positional.slice(1) : positional.slice(0, 1);
    return [{ about: 'receiver', value: { ...concatenate([receiver, ...added], site.call), ref: receiver.ref } }];
  }
  if (/^(?:put|setProperty|putIfAbsent)$/.test(name) && positional.length === 2) {
    const [key, value] = positional;
    const entries = new Map(receiver.entries ?? []);
    if (value !== undefined) entries.set(constantText(key) ?? '*', value);
    return [
      {
        about: 'receiver',
        value: { ...receiver, entries, taint: joinTaint(receiver.taint, joinAll(positional).taint) },
      },
    ];
  }
  if (name === 'nextBytes' && /SecureRandom/.test(receiver.ref)) {
    return [{ about: 0, value: valueWith({ ref: 'SecureRandom()' }) }];
  }
  if (name === 'nextBytes') return [{ about: 0, value: valueWith({ ref: 'Random().nextBytes()' }) }];
  return [];
}
