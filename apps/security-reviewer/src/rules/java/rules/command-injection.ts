import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposedAt } from '../../detection.ts';
import { isExposed, type Analysis, type Exposure } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText, type Value } from '../../flow/value.ts';
import { shellCommand } from '../../knowledge/shell-command.ts';
import { siteRule } from '../../site-rule.ts';

/** Text from outside that becomes a part of a shell command. */
export const COMMAND_INJECTION: DetectingRule = siteRule(
  {
    id: 'java/command-injection',
    ...KIND_DESCRIPTIONS['command-injection'],
    fix: 'Pass the program and its arguments apart, with `new ProcessBuilder("du", "-sh", "--", folder)`.',
    weakExample:
      'class Disk {\n  Process usage(String folder) throws Exception {\n    return new ProcessBuilder("sh", "-c", "du -sh " + folder).start();\n  }\n}\n',
    safeExample:
      'class Disk {\n  Process usage(String folder) throws Exception {\n    return new ProcessBuilder("du", "-sh", "--", folder).start();\n  }\n}\n',
  },
  (site, analysis) => {
    const exposure = exposureOf(site, analysis);
    return exposure === 'none' ? undefined : exposedAt(site.call.span, exposure);
  },
);

function exposureOf(site: CallSite, analysis: Analysis): Exposure {
  const [command, ...rest] = site.positional;
  if (command === undefined) return 'none';
  const name = calledName(site);
  if (/^(?:Runtime\.getRuntime\(\)|Runtime\(\))\.exec$/.test(site.ref)) {
    // One text is taken apart at its spaces: whoever fills it adds arguments of their own.
    return command.items === undefined
      ? least(analysis.exposureOf(command, 'shell'), 'parameter')
      : programExposure(command.items, analysis);
  }
  if (site.ref === 'ProcessBuilder' || /^ProcessBuilder\(\)\.command$/.test(site.ref)) {
    return programExposure(command.items ?? [command, ...rest], analysis);
  }
  if (/^(?:CommandLine\.parse)$/.test(site.ref)) return least(analysis.exposureOf(command, 'shell'), 'parameter');
  const isRemote =
    name === 'setCommand' || (name === 'exec' && /(?:Session|SSHClient)\b|startSession\(\)/.test(site.ref));
  return isRemote ? least(analysis.exposureOf(command, 'shell'), 'parameter') : 'none';
}

/** A list is safe unless its program is a shell that is told to run a later part, or is itself chosen from outside. */
function programExposure(parts: readonly Value[], analysis: Analysis): Exposure {
  const [program] = parts;
  const command = shellCommand(parts);
  if (command !== undefined) return least(analysis.exposureOf(command, 'shell'), 'unknown');
  if (program === undefined || constantText(program) !== undefined) return 'none';
  return least(analysis.exposureOf(program, 'shell'), 'remote');
}

function least(exposure: Exposure, wanted: Exposure): Exposure {
  return isExposed(exposure, wanted) ? exposure : 'none';
}
