import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { settingsOf } from './settings.ts';

/** A version of TLS that has been broken, or a cipher suite that has. */
export const INSECURE_TLS_VERSION: DetectingRule = {
  id: 'go/insecure-tls-version',
  ...KIND_DESCRIPTIONS['insecure-tls-version'],
  fix: 'Set `MinVersion` to `tls.VersionTLS12` or `tls.VersionTLS13`, or leave it out.',
  weakExample: 'package server\n\nimport "crypto/tls"\n\nvar config = &tls.Config{MinVersion: tls.VersionTLS10}\n',
  safeExample: 'package server\n\nimport "crypto/tls"\n\nvar config = &tls.Config{MinVersion: tls.VersionTLS12}\n',
  *detect(analysis) {
    for (const { name, value, span } of settingsOf(analysis)) {
      if (!/^(?:Min|Max)Version$/.test(name)) continue;
      const isOld = /^crypto\/tls\.Version(?:SSL30|TLS10|TLS11)$/.test(value.ref);
      if (isOld || value.literal === 0x0300 || value.literal === 0x0301 || value.literal === 0x0302) yield { span };
    }
  },
};
