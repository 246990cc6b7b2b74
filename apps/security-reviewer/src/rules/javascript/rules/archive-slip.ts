import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { optionOf } from './settings.ts';

const WRITERS =
  /^(?:fs|fs\.promises|graceful-fs|fs-extra)\.(?:createWriteStream|writeFile(?:Sync)?|mkdir(?:Sync)?|appendFile(?:Sync)?|open(?:Sync)?|outputFile(?:Sync)?|rename(?:Sync)?|symlink(?:Sync)?|copyFile(?:Sync)?|ensureDir(?:Sync)?|mkdirp)$/;

/** Members of an archive that land where its maker wants. */
export const ARCHIVE_SLIP: DetectingRule = {
  id: 'js/archive-slip',
  ...KIND_DESCRIPTIONS['archive-slip'],
  fix: 'Resolve each member’s path and check that it starts with the folder and a separator before writing it.',
  weakExample:
    "import AdmZip from 'adm-zip';\nimport fs from 'fs';\nimport path from 'path';\n\nexport function unpack(file, folder) {\n  for (const entry of new AdmZip(file).getEntries()) {\n    fs.writeFileSync(path.join(folder, entry.entryName), entry.getData());\n  }\n}\n",
  safeExample:
    "import AdmZip from 'adm-zip';\nimport fs from 'fs';\nimport path from 'path';\n\nexport function unpack(file, folder) {\n  for (const entry of new AdmZip(file).getEntries()) {\n    const target = path.resolve(folder, entry.entryName);\n    if (!target.startsWith(path.resolve(folder) + path.sep)) continue;\n    fs.writeFileSync(target, entry.getData());\n  }\n}\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (writesMember(site, analysis) || keepsPaths(site)) yield { span: site.call.span };
    }
  },
};

function writesMember(site: CallSite, analysis: Analysis): boolean {
  return (
    WRITERS.test(site.ref) && site.positional.slice(0, 2).some((path) => analysis.comesFrom(path, 'archive', 'path'))
  );
}

/** `tar` strips absolute paths and `..` unless it is told not to. */
function keepsPaths(site: CallSite): boolean {
  return (
    /^tar\b/.test(site.ref) &&
    /^(?:x|extract|t)$/.test(calledName(site)) &&
    optionOf(site, 'preservePaths')?.literal === true
  );
}
