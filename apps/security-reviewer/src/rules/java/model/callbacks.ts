import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Callback } from '../../flow/language-model.ts';
import { elementOf, FIXED } from '../../flow/value.ts';

/** What known code does with a function that it is handed. */
export function callbackOf(site: CallSite): Callback | undefined {
  const name = calledName(site);
  const { receiver } = site;
  if (receiver === undefined) return undefined;
  if (
    /^(?:map|flatMap|mapToObj|filter|forEach|forEachOrdered|anyMatch|allMatch|noneMatch|peek|ifPresent|mapToInt|mapToLong|removeIf|doOnNext|then)$/.test(
      name,
    )
  ) {
    return { when: 'now', given: [elementOf(receiver), FIXED] };
  }
  return /^(?:orElseGet|orElseThrow|execute|submit|run)$/.test(name) ? { when: 'now', given: [] } : undefined;
}
