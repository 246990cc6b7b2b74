import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import type { CallSite } from '../../flow/call-site.ts';
import { concatenate, knownPrefix, type Value } from '../../flow/value.ts';
import { at, siteRule } from '../../site-rule.ts';

const WRITES =
  /^(?:FileWriter|FileOutputStream|PrintWriter|RandomAccessFile|File|Files\.(?:write|writeString|newBufferedWriter|newOutputStream|createFile|createDirector(?:y|ies))|FileUtils\.write\w*)$/;

/** A file in a folder of all that others can make first. */
export const INSECURE_TEMP_FILE: DetectingRule = siteRule(
  {
    id: 'java/insecure-temp-file',
    ...KIND_DESCRIPTIONS['insecure-temp-file'],
    fix: 'Use `Files.createTempFile`.',
    weakExample:
      'import java.io.*;\n\nclass Report {\n  void write() throws IOException {\n    new FileWriter("/tmp/report.txt").close();\n  }\n}\n',
    safeExample:
      'import java.nio.file.*;\n\nclass Report {\n  Path open() throws Exception {\n    return Files.createTempFile("report", ".txt");\n  }\n}\n',
  },
  (site) => at(site, WRITES.test(site.ref) && isForeseen(pathOf(site))),
);

/** The path that is written to; one that was made before is reported where that was. */
function pathOf({ ref, positional }: CallSite): Value | undefined {
  const [first, second] = positional;
  if (ref !== 'File') return first?.ref === 'File()' ? undefined : first;
  return second === undefined ? first : concatenate([first ?? second, '/', second], undefined);
}

/** A name below a folder of all that holds nothing made by chance. */
function isForeseen(path: Value | undefined): boolean {
  if (path === undefined) return false;
  const [start] = path.text ?? [];
  const isShared =
    /^\/(?:var\/)?tmp\//.test(knownPrefix(path)) || (typeof start === 'object' && start.ref === '$tmpdir');
  return (
    isShared && !(path.text ?? []).some((part) => typeof part !== 'string' && /UUID|Random|createTemp/.test(part.ref))
  );
}
