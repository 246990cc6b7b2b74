import { calledName } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { optionOf } from './settings.ts';

/** A server that every network of the machine can reach. */
export const BIND_ALL_INTERFACES: DetectingRule = {
  id: 'js/bind-all-interfaces',
  ...KIND_DESCRIPTIONS['bind-all-interfaces'],
  fix: 'Listen on `127.0.0.1` or on the address of one interface, and let the deployment widen it.',
  weakExample: "import express from 'express';\n\nexpress().listen(8080, '0.0.0.0');\n",
  safeExample: "import express from 'express';\n\nexpress().listen(8080, '127.0.0.1');\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      const isServer = /^(?:listen|bind|serve)$/.test(calledName(site));
      const given = [...site.positional.slice(0, 3), optionOf(site, 'host'), optionOf(site, 'hostname')];
      if (isServer && given.some((value) => /^(?:0\.0\.0\.0|::)$/.test(constantText(value) ?? ''))) {
        yield { span: site.call.span };
      }
    }
  },
};
