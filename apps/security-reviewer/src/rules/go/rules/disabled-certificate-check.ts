import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { settingsOf } from './settings.ts';

/** A client that believes any certificate. */
export const DISABLED_CERTIFICATE_CHECK: DetectingRule = {
  id: 'go/disabled-certificate-check',
  ...KIND_DESCRIPTIONS['disabled-certificate-check'],
  fix: 'Leave `InsecureSkipVerify` out; for certificates of your own set `RootCAs`.',
  weakExample: 'package client\n\nimport "crypto/tls"\n\nvar config = &tls.Config{InsecureSkipVerify: true}\n',
  safeExample: 'package client\n\nimport "crypto/tls"\n\nvar config = &tls.Config{ServerName: "db.example.org"}\n',
  *detect(analysis) {
    // A check of one's own may stand in for the usual one.
    const checked = [...settingsOf(analysis)].filter(
      ({ name, expression }) => /^Verify(?:PeerCertificate|Connection)$/.test(name) && !(expression.kind === 'literal'),
    );
    for (const { name, value, span, whole, owner } of settingsOf(analysis)) {
      if (name === 'InsecureSkipVerify' && value.literal === true && !checked.some((other) => other.whole === whole)) {
        yield { span };
      }
      if (name === 'InsecureSkipTLSVerify' && value.literal === true) yield { span };
      if (name === 'TLSInsecure' && value.literal === true && owner !== '') yield { span };
    }
    for (const site of analysis.calls) {
      if (/^grpc\.WithInsecure$/.test(site.ref)) yield { span: site.call.span, confidence: 0.6 };
    }
  },
};
