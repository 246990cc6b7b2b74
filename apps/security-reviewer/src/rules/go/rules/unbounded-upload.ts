import type { DetectingRule } from '../../detection.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A body that is read into memory, however long it is. */
export const UNBOUNDED_UPLOAD: DetectingRule = siteRule(
  {
    id: 'go/unbounded-upload',
    ...KIND_DESCRIPTIONS['unbounded-upload'],
    fix: 'Wrap the body first: `r.Body = http.MaxBytesReader(w, r.Body, limit)`.',
    weakExample:
      'package upload\n\nimport (\n\t"io"\n\t"net/http"\n)\n\nfunc Upload(w http.ResponseWriter, r *http.Request) {\n\tio.ReadAll(r.Body)\n}\n',
    safeExample:
      'package upload\n\nimport (\n\t"io"\n\t"net/http"\n)\n\nfunc Upload(w http.ResponseWriter, r *http.Request) {\n\tio.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))\n}\n',
  },
  (site, analysis) => at(site, isUnbounded(site, analysis)),
);

function isUnbounded(site: CallSite, analysis: Analysis): boolean {
  const isRead =
    /^(?:io|(?:io\/)?ioutil)\.ReadAll$/.test(site.ref) && (site.positional[0]?.ref ?? '').endsWith('Request().Body');
  if (!isRead) return false;
  return !analysis.calls.some((other) => {
    const name = calledName(other);
    if (/^(?:MaxBytesHandler|BodyLimit|RequestSize)$/.test(name)) return true;
    return other.caller === site.caller && /^(?:MaxBytesReader|LimitReader)$/.test(name);
  });
}
