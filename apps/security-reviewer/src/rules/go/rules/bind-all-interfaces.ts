import type { DetectingRule } from '../../detection.ts';
import { constantText } from '../../flow/value.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A server that says outright that every interface will do. */
export const BIND_ALL_INTERFACES: DetectingRule = siteRule(
  {
    id: 'go/bind-all-interfaces',
    ...KIND_DESCRIPTIONS['bind-all-interfaces'],
    fix: 'Listen on `127.0.0.1`, or on the one address that needs it.',
    weakExample: 'package main\n\nimport "net"\n\nfunc main() {\n\tnet.Listen("tcp", "0.0.0.0:9000")\n}\n',
    safeExample: 'package main\n\nimport "net"\n\nfunc main() {\n\tnet.Listen("tcp", "127.0.0.1:9000")\n}\n',
  },
  (site) => {
    const isListener =
      /^(?:net\.Listen(?:Packet)?|crypto\/tls\.Listen|net\/http\.(?:ListenAndServe(?:TLS)?|Server)|\w+\.(?:New|Default)\(\)\.(?:Run|Start|Listen))$/.test(
        site.ref,
      );
    const texts = [...site.positional, site.named.get('Addr')].map((value) => constantText(value) ?? '');
    return at(site, isListener && texts.some((text) => /^(?:0\.0\.0\.0|\[::\])(?::|$)/.test(text)));
  },
);
