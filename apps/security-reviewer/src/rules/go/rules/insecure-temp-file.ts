import type { DetectingRule } from '../../detection.ts';
import { constantText, knownPrefix, type Value } from '../../flow/value.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { at, siteRule } from '../../site-rule.ts';

const WRITES = /^(?:os\.(?:Create|WriteFile|OpenFile|Mkdir|MkdirAll)|(?:io\/)?ioutil\.WriteFile)$/;

/** A file in a folder of all that others can make first. */
export const INSECURE_TEMP_FILE: DetectingRule = siteRule(
  {
    id: 'go/insecure-temp-file',
    ...KIND_DESCRIPTIONS['insecure-temp-file'],
    fix: 'Use `os.CreateTemp` or `os.MkdirTemp`.',
    weakExample:
      'package report\n\nimport "os"\n\nfunc Write(data []byte) error {\n\treturn os.WriteFile("/tmp/report.txt", data, 0o600)\n}\n',
    safeExample:
      'package report\n\nimport "os"\n\nfunc Open() (*os.File, error) {\n\treturn os.CreateTemp("", "report-*.txt")\n}\n',
  },
  (site) => at(site, WRITES.test(site.ref) && isForeseen(site.positional[0]) && !isExclusive(site.positional[1])),
);

/** A name below a folder of all that holds nothing made by chance. */
function isForeseen(path: Value | undefined): boolean {
  if (path === undefined) return false;
  if (/^\/(?:var\/)?tmp\//.test(knownPrefix(path)) || knownPrefix(path).startsWith('/dev/shm/')) {
    return !holdsChance(path);
  }
  const [first] = path.text ?? [];
  return typeof first === 'object' && first.ref === 'os.TempDir()' && !holdsChance(path);
}

function holdsChance(path: Value): boolean {
  return (path.text ?? []).some(
    (part) => typeof part !== 'string' && /rand|uuid|MkdirTemp|TempDir\(\)\./.test(part.ref),
  );
}

function isExclusive(flags: Value | undefined): boolean {
  return /O_EXCL/.test(flags?.ref ?? '') || constantText(flags) === 'x';
}
