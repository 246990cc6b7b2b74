import type { DetectingRule } from '../../detection.ts';
import type { CallSite } from '../../flow/call-site.ts';
import { formatVerbs } from '../../flow/text-format.ts';
import type { Value } from '../../flow/value.ts';
import { calledName } from '../../flow/call-site.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';
import { isLog, isStructured } from './logs.ts';

/** A line break from outside in a log. */
export const LOG_INJECTION: DetectingRule = siteRule(
  {
    id: 'go/log-injection',
    ...KIND_DESCRIPTIONS['log-injection'],
    fix: 'Write the value with `%q`, or pass it as a field to `slog`.',
    weakExample:
      'package login\n\nimport (\n\t"log"\n\t"net/http"\n)\n\nfunc Login(w http.ResponseWriter, r *http.Request) {\n\tlog.Printf("sign-in of %s", r.FormValue("user"))\n}\n',
    safeExample:
      'package login\n\nimport (\n\t"log"\n\t"net/http"\n)\n\nfunc Login(w http.ResponseWriter, r *http.Request) {\n\tlog.Printf("sign-in of %q", r.FormValue("user"))\n}\n',
  },
  (site, analysis) => (isLog(site) ? exposed(site, writtenTexts(site), 'log', 'remote', analysis) : undefined),
);

/** What reaches the log as it is. */
function writtenTexts(site: CallSite): readonly Value[] {
  const [message, ...given] = site.positional;
  if (message === undefined) return [];
  if (isStructured(site)) return [message];
  return calledName(site).endsWith('f') ? [formatVerbs(message, given, undefined, site.call)] : site.positional;
}
