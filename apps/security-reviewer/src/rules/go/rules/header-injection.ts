import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';
import { constantText } from '../../flow/value.ts';

/** A line break from outside in a header of a mail or of a raw answer; those of `net/http` refuse line breaks. */
export const HEADER_INJECTION: DetectingRule = siteRule(
  {
    id: 'go/header-injection',
    ...KIND_DESCRIPTIONS['header-injection'],
    fix: 'Remove line breaks from the text, or refuse text that holds one.',
    weakExample:
      'package mail\n\nimport (\n\t"net/http"\n\t"net/smtp"\n)\n\nfunc Send(r *http.Request) error {\n\tmessage := "Subject: " + r.FormValue("subject") + "\\r\\n\\r\\nHello"\n\treturn smtp.SendMail("localhost:25", nil, "a@example.org", []string{"b@example.org"}, []byte(message))\n}\n',
    safeExample:
      'package mail\n\nimport (\n\t"net/http"\n\t"net/smtp"\n\t"strings"\n)\n\nfunc Send(r *http.Request) error {\n\tsubject := strings.NewReplacer("\\r", "", "\\n", "").Replace(r.FormValue("subject"))\n\tmessage := "Subject: " + subject + "\\r\\n\\r\\nHello"\n\treturn smtp.SendMail("localhost:25", nil, "a@example.org", []string{"b@example.org"}, []byte(message))\n}\n',
  },
  (site, analysis) => {
    if (site.ref === 'net/smtp.SendMail') {
      const [head] = headOf(site.positional[4]?.text ?? []);
      return exposed(site, head ?? [], 'header', 'remote', analysis);
    }
    if (!/^fmt\.Fprintf$/.test(site.ref) || !/net\.|bufio\.|Hijack/.test(site.positional[0]?.ref ?? '')) {
      return undefined;
    }
    const isHeader = /^[\w-]+: |HTTP\/1/.test(constantText(site.positional[1]) ?? '');
    return isHeader ? exposed(site, site.positional.slice(2), 'header', 'remote', analysis) : undefined;
  },
);

/** The holes before the empty line that ends the headers. */
function headOf<T>(text: readonly (string | T)[]): [T[]] {
  const holes: T[] = [];
  for (const part of text) {
    if (typeof part !== 'string') holes.push(part);
    else if (/\r?\n\r?\n/.test(part)) break;
  }
  return [holes];
}
