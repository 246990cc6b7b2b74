import { posix } from 'node:path';

/** How settings are written in a file: `assignment` is `NAME=value` in all its forms. */
export type TextFormat = 'assignment' | 'docker' | 'json' | 'yaml' | 'xml' | 'login';

const ENDINGS: Readonly<Record<string, TextFormat>> = {
  '.env': 'assignment',
  '.properties': 'assignment',
  '.ini': 'assignment',
  '.cfg': 'assignment',
  '.conf': 'assignment',
  '.toml': 'assignment',
  '.tf': 'assignment',
  '.tfvars': 'assignment',
  '.hcl': 'assignment',
  '.sh': 'assignment',
  '.bash': 'assignment',
  '.zsh': 'assignment',
  '.json': 'json',
  '.jsonc': 'json',
  '.yml': 'yaml',
  '.yaml': 'yaml',
  '.config': 'xml',
  '.xml': 'xml',
  '.dockerfile': 'docker',
  '.pem': 'login',
  '.key': 'login',
};

const NAMES: readonly (readonly [RegExp, TextFormat])[] = [
  [/^\.env(?:\..+)?$|^\.npmrc$|^\.yarnrc$|^\.pypirc$|^\.flaskenv$|^\.envrc$/, 'assignment'],
  [/^(?:Docker|Container)file(?:\..+)?$/, 'docker'],
  [/^\.netrc$|^_netrc$|^\.pgpass$|^\.git-credentials$|^id_(?:rsa|dsa|ecdsa|ed25519)$/, 'login'],
];

/** Written by programs, and full of digests. */
const LOCKS =
  /^(?:package-lock|npm-shrinkwrap|composer-lock|packages\.lock)\.json$|^pnpm-lock\.yaml$|\.(?:lock|min)\.json$|^(?:poetry|uv|Cargo|Pipfile)\.lock$/;

/**
 * How settings are written in a file of that name.
 *
 * @returns Nothing where it is no file of settings.
 */
export function textFormatOf(path: string): TextFormat | undefined {
  const name = posix.basename(path.replaceAll('\\', '/'));
  if (LOCKS.test(name)) return undefined;
  const byName = NAMES.find(([pattern]) => pattern.test(name))?.[1];
  return byName ?? ENDINGS[posix.extname(name).toLowerCase()];
}

/** Whether what stands in the file is made up, or meant to be filled in: examples, templates, tests and translations. */
export function isMadeUp(path: string): boolean {
  return /(?:^|[/\\._-])(?:examples?|samples?|templates?|tpl|dist|defaults?|tests?|__tests__|specs?|fixtures?|mocks?|__mocks__|e2e|testdata|locales?|i18n|l10n|lang|langs|languages?|translations?|messages|schemas?|openapi|swagger|demo|docs?)(?:[/\\._-]|$)/i.test(
    path,
  );
}
