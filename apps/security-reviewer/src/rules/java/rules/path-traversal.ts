import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import { exposed, siteRule } from '../../site-rule.ts';

/** A path that the client can lead elsewhere. */
export const PATH_TRAVERSAL: DetectingRule = siteRule(
  {
    id: 'java/path-traversal',
    ...KIND_DESCRIPTIONS['path-traversal'],
    fix: 'Resolve and normalise the path and check that it starts with the folder, or keep only its last part with `getFileName()`.',
    weakExample:
      'import java.nio.file.*;\nimport org.springframework.web.bind.annotation.*;\n\nclass Notes {\n  @DeleteMapping("/note")\n  void remove(@RequestParam String name) throws Exception {\n    Files.delete(Paths.get("/srv/notes", name));\n  }\n}\n',
    safeExample:
      'import java.nio.file.*;\nimport org.springframework.web.bind.annotation.*;\n\nclass Notes {\n  private static final Path ROOT = Paths.get("/srv/notes");\n\n  @DeleteMapping("/note")\n  void remove(@RequestParam String name) throws Exception {\n    Path path = ROOT.resolve(name).normalize();\n    if (!path.startsWith(ROOT)) {\n      throw new IllegalArgumentException("no such note");\n    }\n    Files.delete(path);\n  }\n}\n',
  },
  (site, analysis) => exposed(site, pathsOf(site), 'path', 'remote', analysis),
);

const OPENERS =
  /^(?:FileInputStream|FileOutputStream|FileReader|FileWriter|RandomAccessFile|PrintWriter|FileSystemResource|UrlResource|PathResource|ZipFile|ClassPathResource)$/;
const FILES =
  /^Files\.(?:new\w+|read\w*|write\w*|delete\w*|create(?:File|Director(?:y|ies))|list|walk|lines|size|exists|isRegularFile|probeContentType)$|^FileUtils\.(?:read\w+|write\w+|delete\w*|forceDelete|openInputStream|openOutputStream|forceMkdir|cleanDirectory)$|^FileSystemUtils\.\w+$|^StaticFileHandler\.\w+$/;
const TWO_FILES =
  /^(?:Files|FileUtils)\.(?:copy|move|copyFile|moveFile|createLink|createSymbolicLink|copyInputStreamToFile|copyURLToFile)$/;
const METHODS = /^(?:delete|mkdirs?|createNewFile|renameTo|listFiles|list|deleteOnExit)$/;

function pathsOf(site: CallSite): readonly (Value | undefined)[] {
  const { ref, positional, receiver } = site;
  if (OPENERS.test(ref) || FILES.test(ref)) return positional.slice(0, 1);
  if (TWO_FILES.test(ref)) {
    return positional.slice(0, 2).filter((value) => /^(?:Path|File)\(\)/.test(value.ref) || value.text !== undefined);
  }
  const name = calledName(site);
  if (receiver?.ref.startsWith('File()') === true && METHODS.test(name)) return [receiver];
  if (name === 'transferTo' || (name === 'write' && /Part\(\)|FileItem\(\)/.test(receiver?.ref ?? ''))) {
    return positional.slice(0, 1);
  }
  if (/^(?:getResourceAsStream|getRealPath|sendFile|getResource|serveFile)$/.test(name)) return positional.slice(0, 1);
  // A file that is the body of an answer.
  if (
    /^(?:Response|ResponseEntity)\.ok(?:\(\)\.(?:body|entity))?$|^(?:Response|ResponseEntity)\.\w+\(\)\.(?:body|entity)$/.test(
      ref,
    )
  ) {
    return positional.slice(0, 1).filter((value) => value.ref.startsWith('File()'));
  }
  return [];
}
