import { toQuotedSpans, toVisibleText } from './inert-text.ts';

/**
 * Text from a reviewer, for a message in SARIF: on one line, and nothing in it is a placeholder or a link to those who
 * show it.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html#_Toc34317459
 */
export function toSarifText(text: string): string {
  return toQuotedSpans(toVisibleText(text))
    .replace(/[[\]\\]/g, '\\$&')
    .replace(/[{}]/g, '$&$&');
}
