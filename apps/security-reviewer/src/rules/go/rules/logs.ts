import { calledName, type CallSite } from '../../flow/call-site.ts';

const NAMES = /^(?:Print|Fatal|Panic|Debug|Info|Warn|Warning|Error|Trace|Log|Msg|Output)(?:f|ln|w|Context)?$/;
const LOGGERS =
  /^(?:log|log\/slog|logrus|zap|zerolog|glog|klog|logger|logr|zerolog\/log)(?:\.|$)|(?:^|\.)(?:log\.Logger|slog\.Logger|zap\.(?:Sugared)?Logger|logrus\.(?:Logger|Entry)|zerolog\.Logger)\(\)|[lL]og(?:ger)?$/;

/** Whether the call writes to a log. */
export function isLog(site: CallSite): boolean {
  if (!NAMES.test(calledName(site)) || site.receiver === undefined) return false;
  return LOGGERS.test(site.receiver.ref);
}

/** Whether the log writes texts as they are: a structured one quotes the values of its fields. */
export function isStructured(site: CallSite): boolean {
  return /slog|zap\.Logger|zerolog|logr\b/.test(site.ref) || calledName(site).endsWith('w');
}
