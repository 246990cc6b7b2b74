import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { settingsOf } from './settings.ts';

const OLD = /^(?:SSLv[23]|TLSv1|TLSv1\.1)$|^(?:SSLv[23]|SSLv23|TLSv1|TLSv1_1)(?:_(?:client_|server_)?method)$/;

/** A version of TLS that has been broken. */
export const INSECURE_TLS_VERSION: DetectingRule = {
  id: 'js/insecure-tls-version',
  ...KIND_DESCRIPTIONS['insecure-tls-version'],
  fix: 'Leave the minimum as it is, or set `minVersion: "TLSv1.2"` or newer.',
  weakExample: "import https from 'https';\n\nexport const agent = new https.Agent({ minVersion: 'TLSv1' });\n",
  safeExample: "import https from 'https';\n\nexport const agent = new https.Agent({ minVersion: 'TLSv1.2' });\n",
  *detect(analysis) {
    for (const { name, value, span } of settingsOf(analysis)) {
      const isVersion =
        /^(?:minVersion|maxVersion|secureProtocol|DEFAULT_MIN_VERSION|DEFAULT_MAX_VERSION|ssl_version|tlsVersion)$/.test(
          name,
        );
      if (isVersion && OLD.test(constantText(value) ?? '')) yield { span };
    }
  },
};
