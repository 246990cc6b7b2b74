import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText, type Value } from '../../flow/value.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A version of TLS that has been broken. */
export const INSECURE_TLS_VERSION: DetectingRule = siteRule(
  {
    id: 'java/insecure-tls-version',
    ...KIND_DESCRIPTIONS['insecure-tls-version'],
    fix: 'Use `TLSv1.3` or `TLSv1.2`, or plain `TLS`.',
    weakExample:
      'import javax.net.ssl.SSLContext;\n\nclass Client {\n  SSLContext context() throws Exception {\n    return SSLContext.getInstance("TLSv1");\n  }\n}\n',
    safeExample:
      'import javax.net.ssl.SSLContext;\n\nclass Client {\n  SSLContext context() throws Exception {\n    return SSLContext.getInstance("TLSv1.3");\n  }\n}\n',
  },
  (site) => at(site, isOld(site)),
);

function isOld(site: CallSite): boolean {
  const isChoice =
    site.ref === 'SSLContext.getInstance' ||
    /^(?:setEnabledProtocols|protocols|setProtocols|setSupportedProtocols|tlsVersions)$/.test(calledName(site));
  return (
    isChoice &&
    [...site.positional, ...site.positional.flatMap((value) => value.items ?? [])].some((value) => isOldName(value))
  );
}

function isOldName(value: Value): boolean {
  return (
    /^(?:SSL|SSLv2|SSLv2Hello|SSLv3|TLSv1|TLSv1\.1)$/.test(constantText(value) ?? '') ||
    /TlsVersion\.(?:SSL_3_0|TLS_1_0|TLS_1_1)$/.test(value.ref)
  );
}
