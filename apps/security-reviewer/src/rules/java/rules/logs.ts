import { calledName, type CallSite } from '../../flow/call-site.ts';
import { lastName } from '../../knowledge/naming.ts';

/** Whether the call writes to a log or to the console. */
export function isLog(site: CallSite): boolean {
  const { callee } = site.call;
  if (callee.kind !== 'member') return false;
  const name = calledName(site);
  if (/^(?:print|println|printf)$/.test(name)) return /^System\.(?:out|err)\.\w+$/.test(site.ref);
  if (!/^(?:trace|debug|info|warn|error|fatal|severe|warning|config|fine|finer|finest|log)$/.test(name)) return false;
  return (
    /^_?log(?:ger)?$/i.test(lastName(callee.object)) || /Log(?:ger)?\(\)$|getLogger\(\)$/.test(site.receiver?.ref ?? '')
  );
}
