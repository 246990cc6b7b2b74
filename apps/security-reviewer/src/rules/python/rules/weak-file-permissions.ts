import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const OTHERS_WRITE = 0o002;

/** A file that everyone on the machine can change. */
export const WEAK_FILE_PERMISSIONS: DetectingRule = {
  id: 'py/weak-file-permissions',
  ...KIND_DESCRIPTIONS['weak-file-permissions'],
  fix: 'Give write permission to the owner alone: `0o600` for files with secrets, `0o644` or `0o755` for the rest.',
  weakExample: 'import os\n\nos.chmod("/srv/app/settings.ini", 0o666)\n',
  safeExample: 'import os\n\nos.chmod("/srv/app/settings.ini", 0o640)\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const mode = modeOf(site);
      const isMask = site.ref === 'os.umask';
      if (mode === undefined || !Number.isInteger(mode)) continue;
      if (isMask ? mode === 0 : (mode & OTHERS_WRITE) !== 0) yield { span: site.call.span };
    }
  },
};

/** The mode that the call sets, where it is known. */
function modeOf(site: CallSite): number | undefined {
  const name = calledName(site);
  const { ref } = site;
  let value;
  if (/^os\.l?chmod$/.test(ref) || ref === 'os.fchmod') value = argumentOf(site, 1, 'mode');
  else if (ref === 'os.umask') value = argumentOf(site, 0);
  else if (/^os\.(?:mkfifo|mknod)$/.test(ref)) value = argumentOf(site, 1, 'mode');
  else if (/^os\.(?:mkdir|makedirs)$/.test(ref)) value = argumentOf(site, 1, 'mode');
  else if (ref === 'os.open') value = argumentOf(site, 2, 'mode');
  else if (name === 'chmod') value = argumentOf(site, site.positional.length > 1 ? 1 : 0, 'mode');
  else if (name === 'mkdir' || name === 'touch') value = site.named.get('mode');
  return typeof value?.literal === 'number' ? value.literal : undefined;
}
