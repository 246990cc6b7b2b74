import { expect, test } from 'vitest';
import { checkNames, commandEnvironment, markerName } from './environment.ts';

const decoys = {
  ANTHROPIC_API_KEY: 'decoy',
  OPENAI_API_KEY: 'decoy',
  GOOGLE_API_KEY: 'decoy',
  GEMINI_API_KEY: 'decoy',
  OLLAMA_API_KEY: 'decoy',
  AWS_SECRET_ACCESS_KEY: 'decoy',
  GITHUB_TOKEN: 'decoy',
  SSH_AUTH_SOCK: 'decoy',
  DATABASE_URL: 'decoy',
  BASH_ENV: 'decoy',
  ENV: 'decoy',
  PROMPT_COMMAND: 'decoy',
  SHELLOPTS: 'decoy',
  'BASH_FUNC_ls%%': '() { decoy; }',
  LD_PRELOAD: 'decoy',
  DYLD_INSERT_LIBRARIES: 'decoy',
  GIT_SSH_COMMAND: 'decoy',
  GIT_CONFIG_COUNT: 'decoy',
  NODE_OPTIONS: 'decoy',
  PYTHONSTARTUP: 'decoy',
  npm_config_script_shell: 'decoy',
};

function environment(
  from: Record<string, string>,
  extraNames: readonly string[] = [],
  platform?: NodeJS.Platform,
): Record<string, string> {
  return commandEnvironment({ from, extraNames, directories: ['/usr/bin', '/bin'], marker: 'mark' }, platform);
}

test('passes what is on the list and nothing else', () => {
  const passed = { HOME: '/home/me', USER: 'me', LANG: 'C.UTF-8', LC_ALL: 'C', TZ: 'UTC', TMPDIR: '/tmp' };
  expect(environment({ ...passed, ...decoys, PATH: '/evil' })).toEqual({
    ...passed,
    PATH: '/usr/bin:/bin',
    GIT_PAGER: 'cat',
    PAGER: 'cat',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    TERM: 'dumb',
    [markerName]: 'mark',
  });
});

test('passes a proxy, but none with a password', () => {
  const { https_proxy, HTTP_PROXY } = environment({
    https_proxy: 'http://proxy:3128',
    HTTP_PROXY: 'http://me:secret@proxy',
  });
  expect({ https_proxy, HTTP_PROXY }).toEqual({ https_proxy: 'http://proxy:3128', HTTP_PROXY: undefined });
});

test('passes no exported function, whatever its name', () => {
  expect(environment({ HOME: '() { :; }; echo decoy' })).not.toHaveProperty('HOME');
});

test('passes further names that are asked for', () => {
  expect(environment({ CI: '1', OTHER: '2' }, ['CI', 'NOT_SET'])).toMatchObject({ CI: '1' });
  expect(environment({ CI: '1', OTHER: '2' }, ['CI', 'NOT_SET'])).not.toHaveProperty('NOT_SET');
});

test('passes what Windows needs on Windows alone', () => {
  expect(environment({ SYSTEMROOT: 'C:\\Windows' }, [], 'win32')).toHaveProperty('SYSTEMROOT');
  expect(environment({ SYSTEMROOT: 'C:\\Windows' }, [], 'linux')).not.toHaveProperty('SYSTEMROOT');
});

test('keeps the mark of an outer call, so that it finds what an inner one has started', () => {
  expect(environment({ [markerName]: 'outer' })[markerName]).toBe('outer,mark');
});

const providerNames =
  'ANTHROPIC_API_KEY OPENAI_API_KEY GEMINI_API_KEY GOOGLE_API_KEY OLLAMA_API_KEY anthropic_auth_token';
const otherNames = 'BASH_ENV ENV PROMPT_COMMAND BASH_FUNC_ls LD_PRELOAD GIT_DIR NODE_OPTIONS PATH';

test.each([...providerNames.split(' '), ...otherNames.split(' '), markerName])(
  'does not pass %s, also where it is asked for',
  (name) => {
    expect(() => checkNames('bashTools', ['CI', name])).toThrow(expect.objectContaining({ option: 'env[1]' }));
  },
);

test.each(['', 'A=B', 'A B', 7, null])('takes no %j for a name', (name) => {
  expect(() => checkNames('bashTools', [name])).toThrow(expect.objectContaining({ code: 'invalid_option' }));
});
