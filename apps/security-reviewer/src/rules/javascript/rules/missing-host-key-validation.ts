import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { settingsOf } from './settings.ts';

/** An SSH connection to whoever answers. */
export const MISSING_HOST_KEY_VALIDATION: DetectingRule = {
  id: 'js/missing-host-key-validation',
  ...KIND_DESCRIPTIONS['missing-host-key-validation'],
  fix: 'Compare the key with the known one in `hostVerifier`, and leave `StrictHostKeyChecking` on.',
  weakExample: "import { Client } from 'ssh2';\n\nnew Client().connect({ host: 'build', hostVerifier: () => true });\n",
  safeExample:
    "import { Client } from 'ssh2';\n\nnew Client().connect({ host: 'build', hostVerifier: (key) => key.equals(process.env.BUILD_KEY) });\n",
  *detect(analysis) {
    for (const { name, expression, span } of settingsOf(analysis)) {
      if (name !== 'hostVerifier' || expression.kind !== 'function-value') continue;
      const [only] = expression.definition.body;
      const isOpen = only?.kind === 'exit' && only.value?.kind === 'literal' && only.value.value === true;
      if (isOpen) yield { span };
    }
    for (const site of analysis.calls) {
      const parts = [...site.positional, ...site.positional.flatMap(({ items }) => items ?? [])];
      const isOption =
        /^(?:child_process|execa|cross-spawn|simple-git)\b/.test(site.ref) &&
        parts.some((part) => /StrictHostKeyChecking[= ]no\b/i.test(constantText(part) ?? ''));
      if (isOption) yield { span: site.call.span };
    }
  },
};
