import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { at, siteRule } from '../../site-rule.ts';

const FOR_ALL = 0o002;

/** A file that everyone on the machine may change. */
export const WEAK_FILE_PERMISSIONS: DetectingRule = siteRule(
  {
    id: 'go/weak-file-permissions',
    ...KIND_DESCRIPTIONS['weak-file-permissions'],
    fix: 'Use 0o600 or 0o644 for files, 0o700 or 0o755 for folders.',
    weakExample:
      'package keys\n\nimport "os"\n\nfunc Save(data []byte) error {\n\treturn os.WriteFile("/etc/app/state", data, 0o666)\n}\n',
    safeExample:
      'package keys\n\nimport "os"\n\nfunc Save(data []byte) error {\n\treturn os.WriteFile("/etc/app/state", data, 0o600)\n}\n',
  },
  (site) => {
    if (
      !/^(?:os\.(?:Chmod|WriteFile|OpenFile|Mkdir|MkdirAll)|(?:io\/)?ioutil\.WriteFile|syscall\.(?:Chmod|Mkdir))$/.test(
        site.ref,
      )
    ) {
      if (/^(?:syscall|unix)\.Umask$/.test(site.ref)) return at(site, site.positional[0]?.literal === 0);
      return undefined;
    }
    const mode = site.positional.at(-1);
    if (mode?.ref === 'os.ModePerm') return at(site, true);
    return at(site, typeof mode?.literal === 'number' && (mode.literal & FOR_ALL) !== 0);
  },
);
