import type { Analysis } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText, type Value } from '../../flow/value.ts';
import { isRequest } from '../model/requests.ts';

/** Whether the value is what a handler writes its answer to. */
export function isResponseWriter(value: Value | undefined): boolean {
  return value !== undefined && /http\.ResponseWriter\(\)$|RequestCtx\(\)$/.test(value.ref);
}

/** What the call writes into the body of an answer, as it is. */
export function writtenBody(site: CallSite): readonly Value[] {
  const { ref, positional, receiver } = site;
  if (/^(?:fmt\.Fprint(?:f|ln)?|io\.WriteString)$/.test(ref) && isResponseWriter(positional[0])) {
    return positional.slice(1);
  }
  if (/^Write(?:String)?$/.test(calledName(site)) && isResponseWriter(receiver)) return positional;
  return [];
}

/** Text that the call answers with as a page. */
export function writtenPage(site: CallSite): readonly Value[] {
  const { receiver, positional } = site;
  if (receiver === undefined || !isRequest(receiver.ref)) return [];
  const name = calledName(site);
  if (receiver.ref.startsWith('echo.') && /^HTML(?:Blob)?$/.test(name)) return positional.slice(1);
  if (receiver.ref.startsWith('gin.') && name === 'Data') {
    return /html/.test(constantText(positional[1]) ?? '') ? positional.slice(2) : [];
  }
  return receiver.ref.startsWith('fiber.') && /^(?:SendString|Send|WriteString|Format)$/.test(name) ? positional : [];
}

/** Whether the function around says that its answer is no page. */
export function answersWithoutPage(site: CallSite, analysis: Analysis): boolean {
  return analysis.calls.some(
    (other) =>
      other.caller === site.caller &&
      /^(?:Set|Add|Type)$/.test(calledName(other)) &&
      /^(?:application\/(?!xhtml)|text\/(?:plain|csv|event-stream)|image\/(?!svg)|json$|txt$)/.test(
        constantText(other.positional.at(-1)) ?? '',
      ),
  );
}
