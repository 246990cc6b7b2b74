import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const TAR = /^(?:tarfile\.(?:open|TarFile|TarFile\.\w+)\(\)|\$(?:tar|tf|archive|tarball))$/;
const WRITERS = /^(?:open|io\.open|os\.(?:open|makedirs|mkdir)|shutil\.copy\w*)$/;
const CHECKS =
  /^(?:startswith|commonpath|commonprefix|is_relative_to|isabs|is_safe_path|_is_within_directory|is_within_directory)$/;

/** Members of an archive that land where its maker wants. */
export const ARCHIVE_SLIP: DetectingRule = {
  id: 'py/archive-slip',
  ...KIND_DESCRIPTIONS['archive-slip'],
  fix: 'Pass `filter="data"` to `extractall`, or check the resolved path of each member before writing it.',
  weakExample:
    'import tarfile\n\ndef unpack(path, folder):\n    with tarfile.open(path) as archive:\n        archive.extractall(folder)\n',
  safeExample:
    'import tarfile\n\ndef unpack(path, folder):\n    with tarfile.open(path) as archive:\n        archive.extractall(folder, filter="data")\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (unpacksAll(site, analysis) || unpacksOne(site, analysis) || writesMember(site, analysis)) {
        yield { span: site.call.span };
      }
    }
  },
};

function unpacksAll(site: CallSite, analysis: Analysis): boolean {
  if (calledName(site) !== 'extractall' || !isTar(site, analysis)) return false;
  const filter = site.named.get('filter');
  if (filter !== undefined) {
    return constantText(filter) === 'fully_trusted' || filter.ref.endsWith('fully_trusted_filter');
  }
  return argumentOf(site, 1, 'members') === undefined && !isChecked(site, analysis);
}

function unpacksOne(site: CallSite, analysis: Analysis): boolean {
  if (calledName(site) !== 'extract' || !isTar(site, analysis) || site.named.has('filter')) return false;
  const member = argumentOf(site, 0, 'member');
  const isOpen = analysis.comesFrom(member, 'archive', 'path') || analysis.comesFrom(member, 'unknown', 'path');
  return isOpen && !isChecked(site, analysis);
}

/** A file is opened at a path made from the name of a member. */
function writesMember(site: CallSite, analysis: Analysis): boolean {
  const isWriter =
    WRITERS.test(site.ref) ||
    (/^(?:write_bytes|write_text|open)$/.test(calledName(site)) && site.receiver?.ref === 'pathlib.Path()');
  if (!isWriter) return false;
  if (site.ref === 'open' && !/[wax]/.test(constantText(argumentOf(site, 1, 'mode')) ?? 'r')) return false;
  return [argumentOf(site, 0), site.receiver].some((path) => analysis.comesFrom(path, 'archive', 'path'));
}

function isTar(site: CallSite, analysis: Analysis): boolean {
  return TAR.test(site.receiver?.ref ?? '') && analysis.importsFrom('tarfile');
}

/** Whether the function looks at where members would land. */
function isChecked(site: CallSite, analysis: Analysis): boolean {
  return analysis.calls.some(
    (other) => other.caller === site.caller && site.caller !== undefined && CHECKS.test(calledName(other)),
  );
}
