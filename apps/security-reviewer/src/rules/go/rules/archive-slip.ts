import type { DetectingRule } from '../../detection.ts';
import type { Analysis } from '../../flow/analysis.ts';
import type { CallSite } from '../../flow/call-site.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { at, siteRule } from '../../site-rule.ts';

const WRITES = /^(?:os\.(?:OpenFile|Create|WriteFile|MkdirAll|Mkdir|Symlink|Link)|(?:io\/)?ioutil\.WriteFile)$/;

/** A member of an archive that decides where it is written. */
export const ARCHIVE_SLIP: DetectingRule = siteRule(
  {
    id: 'go/archive-slip',
    ...KIND_DESCRIPTIONS['archive-slip'],
    fix: 'Refuse members for which `filepath.IsLocal` is false, links included, or write through `os.Root`.',
    weakExample:
      'package archive\n\nimport (\n\t"archive/zip"\n\t"os"\n\t"path/filepath"\n)\n\nfunc Folders(reader *zip.Reader, target string) {\n\tfor _, file := range reader.File {\n\t\tos.MkdirAll(filepath.Join(target, file.Name), 0o755)\n\t}\n}\n',
    safeExample:
      'package archive\n\nimport (\n\t"archive/zip"\n\t"os"\n\t"path/filepath"\n)\n\nfunc Folders(reader *zip.Reader, target string) {\n\tfor _, file := range reader.File {\n\t\tif !filepath.IsLocal(file.Name) {\n\t\t\tcontinue\n\t\t}\n\t\tos.MkdirAll(filepath.Join(target, file.Name), 0o755)\n\t}\n}\n',
  },
  (site, analysis) =>
    at(
      site,
      WRITES.test(site.ref) && site.positional.slice(0, 2).some((_, position) => isChosen(site, position, analysis)),
    ),
);

function isChosen(site: CallSite, position: number, analysis: Analysis): boolean {
  return (
    analysis.comesFrom(site.positional[position], 'archive', 'path') || passedFromArchive(site, position, analysis)
  );
}

/** Whether the path is a parameter of a function of the file that is handed the name of a member. */
function passedFromArchive(site: CallSite, position: number, analysis: Analysis): boolean {
  const taint = site.positional[position]?.taint ?? new Map<string, number>();
  return [...taint.keys()].some((origin) =>
    analysis
      .passedTo(origin)
      .some(
        ({ value }) =>
          analysis.comesFrom(value, 'archive', 'path') && analysis.comesFrom(site.positional[position], origin, 'path'),
      ),
  );
}
