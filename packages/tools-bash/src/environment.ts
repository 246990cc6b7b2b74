import { delimiter } from 'node:path';
import { OptionError } from '@harness-sdk/core';

const localeNames = 'ALL COLLATE CTYPE MESSAGES MONETARY NUMERIC TIME'.split(' ').map((category) => `LC_${category}`);

/** Variables that commands get from the environment of the process: where things are, who the user is, and the language. */
const passedNames: readonly string[] = [
  'HOME USER LOGNAME LANG LANGUAGE TZ TMPDIR',
  'XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME',
  'SSL_CERT_DIR SSL_CERT_FILE NODE_EXTRA_CA_CERTS',
  'CARGO_HOME RUSTUP_HOME GOPATH JAVA_HOME NVM_DIR',
]
  .flatMap((line) => line.split(' '))
  .concat(localeNames);

/** What programs on Windows do not start without. */
const windowsNames: readonly string[] = [
  'APPDATA COMSPEC HOMEDRIVE HOMEPATH LOCALAPPDATA NUMBER_OF_PROCESSORS OS PATHEXT PROCESSOR_ARCHITECTURE PROGRAMDATA',
  'PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 SYSTEMDRIVE SYSTEMROOT TEMP TMP USERDOMAIN USERNAME USERPROFILE WINDIR',
].flatMap((line) => line.split(' '));

/** Where a proxy is; passed only without a user name and password in it. */
const proxyNames: readonly string[] = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

/** Set for every command: nobody is there to page through output or to type a password, and reading takes no locks. */
const fixedVariables: Readonly<Record<string, string>> = {
  GIT_PAGER: 'cat',
  PAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  TERM: 'dumb',
};

/** Carries the random value by which the processes of a call are found again. */
export const markerName = 'HARNESS_SDK_CALL';

/** Names that are never passed on, also where they are asked for: they run code, or are keys of model providers. */
const refusedNames: readonly RegExp[] = [
  /^(BASH_ENV|ENV|BASHOPTS|SHELLOPTS|PS4|PROMPT_COMMAND|IFS|CDPATH|GLOBIGNORE|POSIXLY_CORRECT|PATH)$/i,
  /^BASH_FUNC_/i,
  /^(LD|DYLD|GIT)_/i,
  /^(NODE_OPTIONS|NODE_PATH|NODE_REPL_EXTERNAL_MODULE|PYTHONSTARTUP|PYTHONPATH|PYTHONHOME|PYTHONINSPECT)$/i,
  /^(PERL5OPT|PERL5LIB|PERL5DB|RUBYOPT|RUBYLIB|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS)$/i,
  /^(ANTHROPIC|CLAUDE|OPENAI|AZURE_OPENAI|GEMINI|OLLAMA|MISTRAL|GROQ|XAI|DEEPSEEK|OPENROUTER)_/i,
  /^GOOGLE_(API|GENAI|GENERATIVE_AI|APPLICATION_CREDENTIALS)/i,
  /^HARNESS_/i,
];

/**
 * Checks names that a caller wants to be passed on besides.
 *
 * @throws OptionError
 */
export function checkNames(owner: string, names: readonly unknown[]): readonly string[] {
  return names.map((name, index) => {
    const option = `env[${index}]`;
    if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_()]*$/.test(name)) {
      throw new OptionError(option, `Expected \`${option}\` of ${owner} to be the name of a variable.`);
    }
    if (refusedNames.some((refused) => refused.test(name))) {
      const message = `${owner} passes no ${name} to commands: it makes programs run other code, or holds the key of a model provider.`;
      throw new OptionError(option, message);
    }
    return name;
  });
}

/** What {@link commandEnvironment} makes the environment of. */
export interface EnvironmentParts {
  /** The environment of the process. */
  readonly from: Readonly<Record<string, string | undefined>>;
  /** Names that the caller wants to be passed on besides. */
  readonly extraNames: readonly string[];
  /** Directories where programs are looked for. */
  readonly directories: readonly string[];
  /** Random, for this call alone. */
  readonly marker: string;
}

/**
 * The environment of a command: what is on the list and nothing else, so that no key, no setting of the shell and no
 * function gets there by being in the environment of the process.
 */
export function commandEnvironment(
  { from, extraNames, directories, marker }: EnvironmentParts,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const names = [...passedNames, ...proxyNames, ...(platform === 'win32' ? windowsNames : []), ...extraNames];
  const environment: Record<string, string> = {};
  for (const name of names) {
    const value = from[name];
    if (value === undefined || isFunction(value) || (proxyNames.includes(name) && value.includes('@'))) continue;
    environment[name] = value;
  }
  // In a command of a command, the outer call finds the processes of the inner one too.
  const outer = from[markerName];
  const markers = outer === undefined ? marker : `${outer},${marker}`;
  return { ...environment, ...fixedVariables, PATH: directories.join(delimiter), [markerName]: markers };
}

/** How bash before 2014 exported functions, under any name. */
function isFunction(value: string): boolean {
  return value.startsWith('() {');
}
