import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installedNodes, isSupported } from './node-on-path.ts';

const root = join(import.meta.dirname, '..');

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: { readonly node?: string };
}

/** Every command that a published package installs. */
const commands = globSync('{packages,apps}/*/package.json', { cwd: root }).flatMap((path) => {
  // Our own manifests: these fields have these types, or pnpm would have refused to install.
  const {
    name,
    private: isPrivate,
    bin = {},
    engines,
  } = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest;
  return isPrivate === true
    ? []
    : Object.entries(bin).map(([command, file]) => ({
        command,
        packageName: name,
        file: join(root, dirname(path), file),
        engine: engines?.node,
      }));
});

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'harness-bin-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Runs a command under a Node that says it has this version. */
function runAs(version: string, file: string) {
  const preload = join(directory, `node-${version}.cjs`);
  const versions = `{ ...process.versions, node: ${JSON.stringify(version)} }`;
  writeFileSync(preload, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
  return spawnSync(process.execPath, ['--require', preload, file, '--help'], { encoding: 'utf8' });
}

test('some package has a command', () => {
  expect(commands.map(({ command }) => command)).toContain('security-reviewer');
});

describe.each(commands)('$command', ({ command, file, engine }) => {
  test.each(['12.22.12', '18.20.8', '20.19.0', '22.17.1'])('says under Node %s what to install', (version) => {
    const { status, stdout, stderr } = runAs(version, file);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`${command} needs Node 22.18 or later; this is Node ${version}.`);
    expect(stderr).toContain('https://nodejs.org/');
  });

  test('says it under a real old Node, where there is one', (context) => {
    const old = installedNodes().find((node) => !isSupported(node));
    context.skip(old === undefined, 'every Node on the PATH is new enough');
    const { status, stderr } = spawnSync(old?.path ?? '', [file, '--help'], { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain(`${command} needs Node 22.18 or later; this is Node ${old?.version}.`);
  });

  test('needs the Node that its package declares', () => {
    expect(engine).toBe('>=22.18');
  });

  test('is written so that an old Node can read it up to the check', () => {
    const source = readFileSync(file, 'utf8');
    const { errors } = parseSync(file, source, { sourceType: 'commonjs' });
    expect(errors).toEqual([]);
    // What came after ES5, and `import()` aside, which Node 12 knows.
    expect(source).not.toMatch(/\b(const|let|class|async|await)\b|=>|`|\?\?|\?\.|\.\.\./);
  });
});
