import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis, type Exposure } from '../../flow/analysis.ts';
import { constantText, knownPrefix, type Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { optionOf } from './settings.ts';

/** What hands its argument to a shell. */
const SHELLS =
  /^(?:child_process\.(?:exec|execSync)|shelljs\.exec|execa\.(?:execaCommand|execaCommandSync|command|commandSync)|child-process-promise\.exec|node-cmd\.(?:run|runSync|get)|promisify-child-process\.exec|sudo-prompt\.exec|exec-sh|await-exec)$/;
/** What runs a program, and a shell when asked to. */
const RUNNERS =
  /^(?:child_process\.(?:spawn|spawnSync|execFile|execFileSync)|cross-spawn(?:\.(?:spawn|sync))?|execa(?:\.(?:execa|execaSync|sync|\$))?|child-process-promise\.(?:spawn|execFile)|node-pty\.spawn|Bun\.(?:spawn|spawnSync))$/;
/** What sends a command to the shell of another machine. */
const REMOTE_SHELLS = /^(?:ssh2\.Client|ssh2|node-ssh\.NodeSSH|node-ssh)\(\)\.(?:exec|execCommand)$/;
const SHELL_PROGRAM = /(?:^|\/)(?:sh|bash|zsh|dash|ksh|ash|fish|cmd|cmd\.exe|powershell|powershell\.exe|pwsh)$/i;
const SHELL_OPTION = /^-\w*c\w*$|^\/c$|^-Command$/i;

/** Text from outside that becomes a part of a shell command. */
export const COMMAND_INJECTION: DetectingRule = {
  id: 'js/command-injection',
  ...KIND_DESCRIPTIONS['command-injection'],
  fix: 'Pass the program and its arguments apart, with `execFile` or `spawn` and without `shell: true`.',
  weakExample:
    "import { execSync } from 'node:child_process';\n\nexport function usage(folder) {\n  return execSync(`du -sh ${folder}`);\n}\n",
  safeExample:
    "import { execFileSync } from 'node:child_process';\n\nexport function usage(folder) {\n  return execFileSync('du', ['-sh', '--', folder]);\n}\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      const exposure = exposureOf(site, analysis);
      if (exposure !== 'none') yield exposedAt(site.call.span, exposure);
    }
  },
};

function exposureOf(site: CallSite, analysis: Analysis): Exposure {
  const { ref } = site;
  const [command, given] = site.positional;
  if (SHELLS.test(ref)) return least(analysis.exposureOf(command, 'shell'), 'unknown');
  const isRemote =
    REMOTE_SHELLS.test(ref) ||
    (/^(?:exec|execCommand)$/.test(calledName(site)) &&
      /^\$?(?:ssh|conn|connection|sshClient)\b/i.test(site.receiver?.ref ?? '') &&
      analysis.importsFrom('ssh2', 'node-ssh'));
  if (isRemote) return least(analysis.exposureOf(command, 'shell'), 'parameter');
  if (!RUNNERS.test(ref) || command === undefined) return 'none';
  const shell = optionOf(site, 'shell');
  const parts = command.items ?? [
    command,
    ...(given?.items ?? (given?.entries === undefined && given !== undefined ? [given] : [])),
  ];
  if (shell?.literal === true || typeof shell?.literal === 'string') {
    return (
      parts.map((part) => least(analysis.exposureOf(part, 'shell'), 'unknown')).find((found) => found !== 'none') ??
      'none'
    );
  }
  return programExposure(parts, analysis);
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
  if (name !== undefined && /^(?:node|deno|python3?|perl|ruby|php)$/.test(name)) {
    const option = rest.findIndex((part) => /^(?:-e|-c|--eval|-p|-r)$/.test(constantText(part) ?? ''));
    return option === -1 ? 'none' : least(analysis.exposureOf(rest[option + 1], 'shell'), 'parameter');
  }
  return knownPrefix(program) === '' ? least(analysis.exposureOf(program, 'shell'), 'remote') : 'none';
}

function least(exposure: Exposure, wanted: Exposure): Exposure {
  return isExposed(exposure, wanted) ? exposure : 'none';
}
