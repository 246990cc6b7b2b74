import { calledName, type CallSite } from '../../flow/call-site.ts';
import { lastName } from '../../knowledge/naming.ts';

/** Whether the call writes to a log or to the console. */
export function isLog(site: CallSite): boolean {
  const { callee } = site.call;
  if (callee.kind !== 'member') return false;
  if (!/^(?:debug|info|warn|warning|error|log|trace|fatal|verbose|silly|notice|critical)$/.test(calledName(site))) {
    return false;
  }
  return (
    /^(?:console|_?log(?:ger|ging)?|winston|pino)$/i.test(lastName(callee.object)) ||
    /(?:^|\.)(?:log|logger)$/i.test(site.receiver?.ref ?? '')
  );
}

/** Whether it writes to the console, which prints each argument as it is. */
export function isConsole(site: CallSite): boolean {
  return site.ref.startsWith('console.');
}
