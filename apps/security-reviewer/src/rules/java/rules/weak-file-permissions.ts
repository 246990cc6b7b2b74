import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A file that everyone on the machine may change. */
export const WEAK_FILE_PERMISSIONS: DetectingRule = siteRule(
  {
    id: 'java/weak-file-permissions',
    ...KIND_DESCRIPTIONS['weak-file-permissions'],
    fix: 'Give permissions to the owner alone: `rw-------`.',
    weakExample:
      'import java.nio.file.*;\nimport java.nio.file.attribute.PosixFilePermissions;\n\nclass State {\n  void open(Path path) throws Exception {\n    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));\n  }\n}\n',
    safeExample:
      'import java.nio.file.*;\nimport java.nio.file.attribute.PosixFilePermissions;\n\nclass State {\n  void open(Path path) throws Exception {\n    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));\n  }\n}\n',
  },
  (site) => {
    if (site.ref === 'PosixFilePermissions.fromString') {
      return at(site, /^.{7}w/.test(constantText(site.positional[0]) ?? ''));
    }
    const isForAll =
      /^set(?:Writable|Readable|Executable)$/.test(calledName(site)) &&
      site.positional[0]?.literal === true &&
      site.positional[1]?.literal === false;
    return at(
      site,
      (isForAll && calledName(site) === 'setWritable') ||
        site.positional.some((value) =>
          [value, ...(value.items ?? [])].some(({ ref }) => ref.endsWith('PosixFilePermission.OTHERS_WRITE')),
        ),
    );
  },
);
