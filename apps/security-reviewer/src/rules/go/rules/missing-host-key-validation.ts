import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { returnsOf } from '../../program/returns-of.ts';
import { settingsOf } from './settings.ts';

/** A client of SSH that talks to whoever answers. */
export const MISSING_HOST_KEY_VALIDATION: DetectingRule = {
  id: 'go/missing-host-key-validation',
  ...KIND_DESCRIPTIONS['missing-host-key-validation'],
  fix: 'Check the key with `knownhosts.New` or `ssh.FixedHostKey`.',
  weakExample:
    'package remote\n\nimport "golang.org/x/crypto/ssh"\n\nvar config = &ssh.ClientConfig{HostKeyCallback: ssh.InsecureIgnoreHostKey()}\n',
  safeExample:
    'package remote\n\nimport "golang.org/x/crypto/ssh"\n\nfunc config(key ssh.PublicKey) *ssh.ClientConfig {\n\treturn &ssh.ClientConfig{HostKeyCallback: ssh.FixedHostKey(key)}\n}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (/(?:^|\/)ssh\.InsecureIgnoreHostKey$/.test(site.ref)) yield { span: site.call.span };
    }
    for (const { name, expression, span } of settingsOf(analysis)) {
      if (name !== 'HostKeyCallback' || expression.kind !== 'function-value') continue;
      const returned = returnsOf(expression.definition.body);
      const isBlind = returned.every(({ value }) => value.kind === 'literal' && value.value === null);
      if (isBlind && returned.length > 0) yield { span };
    }
  },
};
