import { allArguments, calledName } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** An SSH connection to whoever answers. */
export const MISSING_HOST_KEY_VALIDATION: DetectingRule = {
  id: 'py/missing-host-key-validation',
  ...KIND_DESCRIPTIONS['missing-host-key-validation'],
  fix: 'Load the known keys (`load_system_host_keys`) and refuse others (`RejectPolicy`, `StrictHostKeyChecking=yes`).',
  weakExample:
    'import paramiko\n\nclient = paramiko.SSHClient()\nclient.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n',
  safeExample:
    'import paramiko\n\nclient = paramiko.SSHClient()\nclient.load_system_host_keys()\nclient.set_missing_host_key_policy(paramiko.RejectPolicy())\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const isPolicy =
        calledName(site) === 'set_missing_host_key_policy' &&
        allArguments(site).some(({ ref }) => /(?:AutoAdd|Warning|Ignore)Policy(?:\(\))?$/.test(ref));
      const isOpen =
        /^asyncssh\.(?:connect|create_connection)$/.test(site.ref) &&
        site.named.has('known_hosts') &&
        site.named.get('known_hosts')?.literal === null;
      const parts = [...site.positional, ...site.positional.flatMap(({ items }) => items ?? [])];
      const isRunner = /^(?:subprocess|os|asyncio|pexpect|sh)\./.test(site.ref);
      const isOption =
        isRunner && parts.some((part) => /StrictHostKeyChecking[= ]no\b/i.test(constantText(part) ?? ''));
      if (isPolicy || isOpen || isOption) yield { span: site.call.span };
    }
    for (const { targets, value, span } of analysis.program.assignments) {
      const isRemoved = targets.some((target) => target.kind === 'member' && target.property === 'hostkeys');
      if (isRemoved && value.kind === 'literal' && value.value === null) yield { span };
    }
  },
};
