import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A member of an archive that decides where it is written. */
export const ARCHIVE_SLIP: DetectingRule = siteRule(
  {
    id: 'java/archive-slip',
    ...KIND_DESCRIPTIONS['archive-slip'],
    fix: 'Normalise the path that the member would have and check that it starts with the folder.',
    weakExample:
      'import java.io.*;\nimport java.nio.file.*;\nimport java.util.zip.*;\n\nclass Archive {\n  void unpack(ZipInputStream archive, Path target) throws IOException {\n    ZipEntry entry;\n    while ((entry = archive.getNextEntry()) != null) {\n      Files.copy(archive, target.resolve(entry.getName()));\n    }\n  }\n}\n',
    safeExample:
      'import java.io.*;\nimport java.nio.file.*;\nimport java.util.zip.*;\n\nclass Archive {\n  void unpack(ZipInputStream archive, Path target) throws IOException {\n    ZipEntry entry;\n    while ((entry = archive.getNextEntry()) != null) {\n      Path path = target.resolve(entry.getName()).normalize();\n      if (!path.startsWith(target)) {\n        throw new IOException("outside");\n      }\n      Files.copy(archive, path);\n    }\n  }\n}\n',
  },
  (site, analysis) =>
    at(
      site,
      pathsOf(site).some((path) => isChosen(path, analysis)),
    ),
);

function pathsOf(site: CallSite): readonly Value[] {
  const { ref, positional, receiver } = site;
  if (/^(?:FileOutputStream|FileWriter|RandomAccessFile|PrintWriter)$/.test(ref)) return positional.slice(0, 1);
  if (/^Files\.(?:copy|write|writeString|newOutputStream|newBufferedWriter|create\w+|move)$/.test(ref)) {
    return positional.slice(0, 2);
  }
  if (/^(?:FileUtils|IOUtils)\.(?:copy\w+|write\w+)$/.test(ref)) return positional;
  const isFolder =
    receiver !== undefined && receiver.ref.startsWith('File()') && /^(?:mkdirs?|createNewFile)$/.test(calledName(site));
  return isFolder ? [receiver] : [];
}

/** Whether the path is made of the name of a member, here or where a function of the file is handed it. */
function isChosen(path: Value, analysis: Analysis): boolean {
  if (analysis.comesFrom(path, 'archive', 'path')) return true;
  return [...path.taint.keys()].some(
    (origin) =>
      analysis.comesFrom(path, origin, 'path') &&
      analysis.passedTo(origin).some(({ value }) => analysis.comesFrom(value, 'archive', 'path')),
  );
}
