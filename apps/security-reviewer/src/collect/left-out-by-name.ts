import { basename } from 'node:path';

/** Directories that are passed over below a named one, and why. */
const directories: Readonly<Record<string, string>> = {
  '.git': 'version control',
  '.hg': 'version control',
  '.svn': 'version control',
  __pycache__: 'compiled files',
  '.tox': 'installed packages',
  '.venv': 'installed packages',
  bower_components: 'installed packages',
  jspm_packages: 'installed packages',
  node_modules: 'installed packages',
  Pods: 'installed packages',
  'site-packages': 'installed packages',
  venv: 'installed packages',
  'third-party': 'a copy of foreign code',
  third_party: 'a copy of foreign code',
  vendor: 'a copy of foreign code',
};

const lockFiles: ReadonlySet<string> = new Set(
  (
    'bun.lock Cargo.lock composer.lock flake.lock Gemfile.lock go.sum mix.lock npm-shrinkwrap.json package-lock.json ' +
    'packages.lock.json Pipfile.lock pnpm-lock.yaml Podfile.lock poetry.lock pubspec.lock uv.lock yarn.lock'
  ).split(' '),
);

const minified = /[.-]min\.(?:js|cjs|mjs|css)$/i;
/** As generators name what they write. What a file says of itself does not count: it could hide itself that way. */
const generated =
  /(?:\.pb(?:\.gw)?\.go|\.pb\.(?:cc|h)|_pb2(?:_grpc)?\.pyi?|_pb\.(?:js|d\.ts)|\.(?:g|freezed)\.dart|\.generated\.[a-z]+|\.designer\.(?:cs|vb)|\.g(?:\.i)?\.cs)$|^zz_generated\./i;

/** Why a directory below a named one is passed over; `undefined` where it is walked. */
export function reasonToPassOver(directoryName: string): string | undefined {
  return Object.hasOwn(directories, directoryName) ? directories[directoryName] : undefined;
}

/** Why a file of this name, found in a directory, is no source to review; `undefined` where it may be. */
export function leftOutByName(path: string): string | undefined {
  const name = basename(path);
  if (lockFiles.has(name)) return 'a lock file';
  if (minified.test(name)) return 'minified, by its name';
  return generated.test(name) ? 'generated, by its name' : undefined;
}
