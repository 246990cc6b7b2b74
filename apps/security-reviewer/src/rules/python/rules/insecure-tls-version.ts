import { allArguments } from '../../flow/call-site.ts';
import type { DetectingRule } from '../../detection.ts';
import { settingsOf } from './settings.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const OLD =
  /^(?:ssl\.PROTOCOL_(?:SSLv2|SSLv3|SSLv23_METHOD|TLSv1|TLSv1_1)|ssl\.TLSVersion\.(?:SSLv3|TLSv1|TLSv1_1|MINIMUM_SUPPORTED)|(?:OpenSSL\.)?SSL\.(?:SSLv2|SSLv3|TLSv1|TLSv1_1)_METHOD)$/;

/** A version of TLS that has been broken. */
export const INSECURE_TLS_VERSION: DetectingRule = {
  id: 'py/insecure-tls-version',
  ...KIND_DESCRIPTIONS['insecure-tls-version'],
  fix: 'Use `ssl.create_default_context()` and, where a minimum is set, `ssl.TLSVersion.TLSv1_2` or newer.',
  weakExample: 'import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n',
  safeExample: 'import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (allArguments(site).some(({ ref }) => OLD.test(ref))) yield { span: site.call.span };
    }
    for (const { name, value, span } of settingsOf(analysis)) {
      if (/^(?:minimum_version|ssl_version)$/.test(name) && OLD.test(value.ref)) yield { span };
    }
  },
};
