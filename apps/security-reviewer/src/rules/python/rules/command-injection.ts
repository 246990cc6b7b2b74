import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis, type Exposure } from '../../flow/analysis.ts';
import { constantText, knownPrefix, type Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** What hands its argument to a shell. */
const SHELLS =
  /^(?:os\.(?:system|popen[234]?)|subprocess\.(?:getoutput|getstatusoutput)|commands\.(?:getoutput|getstatusoutput)|popen2\.popen[234]?|asyncio\.(?:subprocess\.)?create_subprocess_shell|pty\.spawn|pexpect\.(?:run|spawn)|pexpect\.popen_spawn\.PopenSpawn|platform\.popen|anyio\.run_process\b)$/;

/** What runs a program, and a shell when asked to. */
const RUNNERS =
  /^(?:subprocess|subprocess32|gevent\.subprocess|eventlet\.green\.subprocess|trio)\.(?:run|call|check_call|check_output|Popen|run_process)$/;

/** What takes a program and its arguments one by one. */
const PROGRAMS =
  /^asyncio\.(?:subprocess\.)?create_subprocess_exec$|^os\.(?:exec[lv]p?e?|spawn[lv]p?e?|posix_spawnp?)$/;

/** What sends a command to the shell of another machine. */
const REMOTE_SHELLS =
  /(?:^|\.)(?:SSHClient|Transport|Connection|Group|Session|Context)\(\)(?:\.\w+\(\))?\.(?:exec_command|run|sudo|local)$|^(?:fabric|invoke)(?:\.\w+)*\.(?:run|sudo|local)$/;

const SHELL_PROGRAM = /(?:^|\/)(?:sh|bash|zsh|dash|ksh|ash|fish|cmd|cmd\.exe|powershell|powershell\.exe|pwsh)$/i;
const SHELL_OPTION = /^-\w*c\w*$|^\/c$|^-Command$/i;

/** Text from outside that becomes a part of a shell command. */
export const COMMAND_INJECTION: DetectingRule = {
  id: 'py/command-injection',
  ...KIND_DESCRIPTIONS['command-injection'],
  fix: 'Pass the program and its arguments as a list, without `shell=True`; where a shell cannot be avoided, quote each part with `shlex.quote`.',
  weakExample:
    'import subprocess\n\ndef usage(folder):\n    return subprocess.check_output("du -sh " + folder, shell=True)\n',
  safeExample:
    'import subprocess\n\ndef usage(folder):\n    return subprocess.check_output(["du", "-sh", "--", folder])\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const exposure = exposureOf(site, analysis);
      if (exposure !== 'none') yield exposedAt(site.call.span, exposure);
    }
  },
};

function exposureOf(site: CallSite, analysis: Analysis): Exposure {
  const { ref } = site;
  if (SHELLS.test(ref)) return least(analysis.exposureOf(argumentOf(site, 0, 'cmd'), 'shell'), 'unknown');
  if (REMOTE_SHELLS.test(ref) || calledName(site) === 'exec_command') {
    return least(analysis.exposureOf(argumentOf(site, 0, 'command'), 'shell'), 'parameter');
  }
  if (ref.endsWith('.subprocess_shell')) return least(analysis.exposureOf(site.positional[1], 'shell'), 'parameter');
  if (PROGRAMS.test(ref)) {
    return programExposure(
      site.positional.flatMap((part) => part.items ?? [part]),
      analysis,
    );
  }
  if (!RUNNERS.test(ref)) return 'none';
  const command = argumentOf(site, 0, 'args');
  const shell = site.named.get('shell') ?? spreadOption(site, 'shell') ?? site.positional[8];
  if (shell?.literal === true || shell?.literal === 1) return least(analysis.exposureOf(command, 'shell'), 'unknown');
  return command === undefined ? 'none' : programExposure(command.items ?? [command], analysis);
}

/** A list is safe unless its program is a shell that is told to run a later part, or is itself chosen from outside. */
function programExposure(parts: readonly Value[], analysis: Analysis): Exposure {
  const [program, ...rest] = parts;
  if (program === undefined) return 'none';
  const name = constantText(program);
  if (name !== undefined && SHELL_PROGRAM.test(name)) {
    const option = rest.findIndex((part) => SHELL_OPTION.test(constantText(part) ?? ''));
    return option === -1 ? 'none' : least(analysis.exposureOf(rest[option + 1], 'shell'), 'unknown');
  }
  return knownPrefix(program) === '' ? least(analysis.exposureOf(program, 'shell'), 'remote') : 'none';
}

function least(exposure: Exposure, wanted: Exposure): Exposure {
  return isExposed(exposure, wanted) ? exposure : 'none';
}

/** An option given through a mapping: `run(command, **options)`. */
function spreadOption(site: CallSite, name: string): Value | undefined {
  return site.spread.map((value) => value.entries?.get(name)).find((value) => value !== undefined);
}
