import { existsSync, globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

/** Packages import only from layers above their own in this list; those within one layer do not know each other. */
const layers: readonly RegExp[] = [
  /^@harness-sdk\/core$/,
  /^@harness-sdk\/(providers-[a-z]+|tools-[a-z]+|permissions|pricing)$/,
  /^harness-sdk$/,
  /^@harness-sdk\/security-reviewer$/,
];

interface Package {
  readonly name: string;
  readonly directory: string;
  readonly dependencies: readonly string[];
  readonly runtimeDependencies: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

const root = import.meta.dirname;
const packages = globSync('{packages,apps}/*/package.json', { cwd: root })
  .toSorted()
  .map((path) => readPackage(join(root, path)));

function readPackage(path: string): Package {
  // Our own manifests: these fields have these types, or pnpm would have refused to install.
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  const names = (field: Record<string, string> | undefined) => Object.keys(field ?? {});
  return {
    name: manifest.name,
    directory: dirname(path),
    dependencies: [
      ...names(manifest.dependencies),
      ...names(manifest.peerDependencies),
      ...names(manifest.optionalDependencies),
      ...names(manifest.devDependencies),
    ],
    runtimeDependencies: [...names(manifest.dependencies), ...names(manifest.optionalDependencies)],
  };
}

/** Place of a package in `layers`; -1 for what is not ours. */
function layerOf(name: string): number {
  return layers.findIndex((pattern) => pattern.test(name));
}

function mayImport(importer: string, imported: string): boolean {
  return importer === imported || layerOf(imported) < layerOf(importer);
}

/** What a module imports or re-exports, types and dynamic imports of a fixed name included. */
function importsOf(path: string, source: string): string[] {
  const { module, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`Cannot parse ${path}: ${errors[0]?.message ?? 'unknown error'}`);
  const reexports = module.staticExports.flatMap((statement) =>
    statement.entries.flatMap((entry) => (entry.moduleRequest ? [entry.moduleRequest.value] : [])),
  );
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const name = /^['"`]([^'"`$]+)['"`]$/.exec(source.slice(start, end));
    return name?.[1] === undefined ? [] : [name[1]];
  });
  return [...module.staticImports.map((statement) => statement.moduleRequest.value), ...reexports, ...dynamic];
}

function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Imports of one file that point against the arrows or around a package's front door. */
function wrongImports(owner: Package, path: string, source: string): string[] {
  return importsOf(path, source).filter((specifier) => {
    if (specifier.startsWith('.')) return relative(owner.directory, join(dirname(path), specifier)).startsWith('..');
    const name = packageNameOf(specifier);
    return layerOf(name) >= 0 && !mayImport(owner.name, name);
  });
}

/** Every bare import reachable from a file by relative imports, with the files on the way. */
function reach(entry: string): { files: Set<string>; bare: Map<string, string> } {
  const files = new Set<string>();
  const bare = new Map<string, string>();
  const pending = [entry];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (files.has(path)) continue;
    files.add(path);
    for (const specifier of importsOf(path, readFileSync(path, 'utf8'))) {
      if (specifier.startsWith('.')) pending.push(join(dirname(path), specifier));
      else bare.set(specifier, relative(root, path));
    }
  }
  return { files, bare };
}

test('every package has a layer', () => {
  expect(packages.length).toBeGreaterThan(0);
  expect(packages.filter(({ name }) => layerOf(name) < 0).map(({ name }) => name)).toEqual([]);
});

describe.each(packages)('$name', (owner) => {
  test('depends only on lower layers', () => {
    expect(owner.dependencies.filter((name) => layerOf(name) >= 0 && !mayImport(owner.name, name))).toEqual([]);
  });

  test('imports only from itself and lower layers', () => {
    const paths = globSync('{src,test}/**/*.ts', { cwd: owner.directory }).map((path) => join(owner.directory, path));
    expect(paths.length).toBeGreaterThan(0);
    const wrong = paths.flatMap((path) =>
      wrongImports(owner, path, readFileSync(path, 'utf8')).map((name) => `${relative(root, path)}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('@harness-sdk/core', () => {
  const core = packages.find(({ name }) => name === '@harness-sdk/core');
  const { files, bare } = reach(join(root, 'packages/core/src/index.ts'));

  test('has no runtime dependency but the Standard Schema types', () => {
    expect(core?.runtimeDependencies).toEqual(['@standard-schema/spec']);
  });

  test('reaches nothing of Node, nor any other package, from its main entry', () => {
    expect([...files].every((path) => existsSync(path))).toBe(true);
    expect([...bare].filter(([name]) => isBuiltin(name) || name !== '@standard-schema/spec')).toEqual([]);
  });

  test('keeps ./node and ./testing out of its main entry', () => {
    const folders = [...files].map((path) => relative(join(root, 'packages/core/src'), path).split(sep)[0]);
    expect(folders).not.toContain('node');
    expect(folders).not.toContain('testing');
  });
});

describe('the check itself', () => {
  const pricing: Package = {
    name: '@harness-sdk/pricing',
    directory: join(root, 'packages/pricing'),
    dependencies: [],
    runtimeDependencies: [],
  };
  const path = join(pricing.directory, 'src/price.ts');

  test.each([
    ["import { policy } from '@harness-sdk/permissions';", '@harness-sdk/permissions'],
    ["import type { Run } from 'harness-sdk';", 'harness-sdk'],
    ["export { run } from 'harness-sdk';", 'harness-sdk'],
    ["const tools = await import('@harness-sdk/tools-fs');", '@harness-sdk/tools-fs'],
    ["import '../../core/src/errors.ts';", '../../core/src/errors.ts'],
  ])('catches %s', (source, specifier) => {
    expect(wrongImports(pricing, path, source)).toEqual([specifier]);
  });

  test.each([
    "import { AgentError } from '@harness-sdk/core';",
    "import { overrides } from './overrides.ts';",
    "import { readFile } from 'node:fs/promises';",
    "/** @example import { run } from 'harness-sdk'; */",
  ])('lets %s pass', (source) => {
    expect(wrongImports(pricing, path, source)).toEqual([]);
  });

  test('follows relative imports', () => {
    const { files, bare } = reach(join(root, 'packages/core/tsdown.config.ts'));
    expect([...files]).toContain(join(root, 'tsdown.shared.ts'));
    expect([...bare.keys()]).toContain('tsnapi/rolldown');
  });
});
