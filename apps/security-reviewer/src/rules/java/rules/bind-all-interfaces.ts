import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A server that says outright that every interface will do. */
export const BIND_ALL_INTERFACES: DetectingRule = siteRule(
  {
    id: 'java/bind-all-interfaces',
    ...KIND_DESCRIPTIONS['bind-all-interfaces'],
    fix: 'Listen on `127.0.0.1`, or on the one address that needs it.',
    weakExample:
      'import java.net.*;\n\nclass Server {\n  InetSocketAddress address() {\n    return new InetSocketAddress("0.0.0.0", 9000);\n  }\n}\n',
    safeExample:
      'import java.net.*;\n\nclass Server {\n  InetSocketAddress address() {\n    return new InetSocketAddress("127.0.0.1", 9000);\n  }\n}\n',
  },
  (site) =>
    at(
      site,
      (/^(?:InetSocketAddress|InetAddress\.getByName|ServerSocket)$/.test(site.ref) ||
        /^(?:setHost|setAddress|bind|host|listen|bindAddress|setBindAddress|start)$/.test(calledName(site))) &&
        site.positional.some((value) => /^(?:0\.0\.0\.0|::)$/.test(constantText(value) ?? '')),
    ),
);
