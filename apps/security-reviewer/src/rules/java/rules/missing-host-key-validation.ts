import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { constantText } from '../../flow/value.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A client of SSH that talks to whoever answers. */
export const MISSING_HOST_KEY_VALIDATION: DetectingRule = siteRule(
  {
    id: 'java/missing-host-key-validation',
    ...KIND_DESCRIPTIONS['missing-host-key-validation'],
    fix: 'Check the key against a file of known hosts.',
    weakExample:
      'class Remote {\n  void open(com.jcraft.jsch.Session session) {\n    session.setConfig("StrictHostKeyChecking", "no");\n  }\n}\n',
    safeExample:
      'class Remote {\n  void open(com.jcraft.jsch.JSch client) throws Exception {\n    client.setKnownHosts("/etc/ssh/known_hosts");\n  }\n}\n',
  },
  (site) =>
    at(
      site,
      (constantText(site.positional[0]) === 'StrictHostKeyChecking' &&
        /^(?:no|off)$/i.test(constantText(site.positional[1]) ?? '')) ||
        site.ref === 'PromiscuousVerifier' ||
        /AcceptAllServerKeyVerifier/.test(site.positional[0]?.ref ?? ''),
    ),
);
