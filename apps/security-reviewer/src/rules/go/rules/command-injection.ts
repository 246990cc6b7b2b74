import { exposedAt, type DetectingRule } from '../../detection.ts';
import { isExposed, type Analysis, type Exposure } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText, elementOf, knownPrefix, type Value } from '../../flow/value.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { shellCommand } from '../../knowledge/shell-command.ts';
import { siteRule } from '../../site-rule.ts';

/** Text from outside that becomes a part of a shell command. */
export const COMMAND_INJECTION: DetectingRule = siteRule(
  {
    id: 'go/command-injection',
    ...KIND_DESCRIPTIONS['command-injection'],
    fix: 'Run the program itself and pass its arguments apart: `exec.Command("du", "-sh", "--", folder)`.',
    weakExample:
      'package disk\n\nimport "os/exec"\n\nfunc Usage(folder string) ([]byte, error) {\n\treturn exec.Command("sh", "-c", "du -sh "+folder).Output()\n}\n',
    safeExample:
      'package disk\n\nimport "os/exec"\n\nfunc Usage(folder string) ([]byte, error) {\n\treturn exec.Command("du", "-sh", "--", folder).Output()\n}\n',
  },
  (site, analysis) => {
    const exposure = exposureOf(site, analysis);
    return exposure === 'none' ? undefined : exposedAt(site.call.span, exposure);
  },
);

function exposureOf(site: CallSite, analysis: Analysis): Exposure {
  const { ref, positional } = site;
  if (/^(?:os\/)?exec\.Command(?:Context)?$/.test(ref)) {
    return programExposure(argumentsOf(site, ref.endsWith('Context') ? 1 : 0), analysis);
  }
  if (/^syscall\.(?:Exec|ForkExec|StartProcess)$|^os\.StartProcess$/.test(ref)) {
    return programExposure([positional[0], ...(positional[1]?.items?.slice(1) ?? [])], analysis);
  }
  const isRemote =
    /^(?:Run|Output|CombinedOutput|Start)$/.test(calledName(site)) && /ssh\b.*(?:NewSession|Session)\(\)/.test(ref);
  return isRemote ? least(analysis.exposureOf(positional[0], 'shell'), 'parameter') : 'none';
}

/** Program and arguments, those spread from a list as well. */
function argumentsOf(site: CallSite, from: number): (Value | undefined)[] {
  const spread = site.spread.flatMap((value) => value.items ?? [elementOf(value)]);
  return [...site.positional.slice(from), ...spread];
}

/** A list is safe unless its program is a shell that is told to run a later part, or is itself chosen from outside. */
function programExposure(parts: readonly (Value | undefined)[], analysis: Analysis): Exposure {
  const [program] = parts;
  if (program === undefined) return 'none';
  const command = shellCommand(parts.filter((part) => part !== undefined));
  if (command !== undefined) return least(analysis.exposureOf(command, 'shell'), 'unknown');
  if (constantText(program) !== undefined || knownPrefix(program) !== '') return 'none';
  return least(analysis.exposureOf(program, 'shell'), 'remote');
}

function least(exposure: Exposure, wanted: Exposure): Exposure {
  return isExposed(exposure, wanted) ? exposure : 'none';
}
