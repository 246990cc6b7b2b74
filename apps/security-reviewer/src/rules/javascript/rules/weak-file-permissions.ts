import type { CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const OTHERS_WRITE = 0o002;

/** A file that everyone on the machine can change. */
export const WEAK_FILE_PERMISSIONS: DetectingRule = {
  id: 'js/weak-file-permissions',
  ...KIND_DESCRIPTIONS['weak-file-permissions'],
  fix: 'Give write permission to the owner alone: `0o600` for files with secrets, `0o644` or `0o755` for the rest.',
  weakExample: "import fs from 'fs';\n\nfs.chmodSync('/srv/app/settings.json', 0o666);\n",
  safeExample: "import fs from 'fs';\n\nfs.chmodSync('/srv/app/settings.json', 0o640);\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      const modes = modesOf(site).map((value) => modeOf(value));
      const isMask = site.ref === 'process.umask';
      if (modes.some((mode) => mode !== undefined && (isMask ? mode === 0 : (mode & OTHERS_WRITE) !== 0))) {
        yield { span: site.call.span };
      }
    }
  },
};

function modesOf(site: CallSite): (Value | undefined)[] {
  const { ref, positional } = site;
  if (ref === 'process.umask') return positional.slice(0, 1);
  if (!/^(?:fs|fs\.promises|fs-extra|graceful-fs)\./.test(ref)) return [];
  if (/\.[lf]?chmod(?:Sync)?$/.test(ref)) return positional.slice(1, 2);
  const option = positional.map((value) => value.entries?.get('mode'));
  if (/\.open(?:Sync)?$/.test(ref)) return [positional[2], ...option];
  if (/\.mkdir(?:Sync)?$/.test(ref)) return [positional[1], ...option];
  return option;
}

function modeOf(value: Value | undefined): number | undefined {
  if (typeof value?.literal === 'number' && Number.isInteger(value.literal)) return value.literal;
  return typeof value?.literal === 'string' && /^(?:0o?)?[0-7]{3,4}$/.test(value.literal)
    ? Number.parseInt(value.literal.replace(/^0o/, ''), 8)
    : undefined;
}
