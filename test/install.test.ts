import { execFile, execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ReplayServer } from '@harness-sdk/core/testing';
import { repliesFor, serveReplies, type RecordedServer } from '../examples/recorded-server.ts';
import { installedNodes, isSupported } from './node-on-path.ts';
import { installWithNpm, packPackages, readManifest, RegistryUnreachableError } from './packed-packages.ts';

const root = join(import.meta.dirname, '..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');

/** Directories of the packages that are installed here. */
const packed = [
  'core',
  'harness',
  'permissions',
  'pricing',
  'providers-anthropic',
  'providers-google',
  'providers-ollama',
  'providers-openai',
  'tools-bash',
  'tools-fs',
];

/** What the providers' packages bring, each its own and none of the others'; and what nobody brings. */
const vendorSdks: Readonly<Record<string, string>> = {
  '@harness-sdk/providers-anthropic': '@anthropic-ai/sdk',
  '@harness-sdk/providers-google': '@google/genai',
  '@harness-sdk/providers-ollama': 'ollama',
  '@harness-sdk/providers-openai': 'openai',
};
const nobodys = ['@google/generative-ai', '@aws-sdk/client-bedrock-runtime', 'ai', 'langchain'];

/** As strict as a consumer can be: our declarations are checked too, and so are those they rest on, without Node's. */
const consumerConfig = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: [],
    noEmit: true,
    allowImportingTsExtensions: true,
  },
  include: ['*.ts'],
};

let directory: string;
let tarballs: ReadonlyMap<string, string> | undefined;
let server: RecordedServer;

/** Servers of the other providers, which answer with a recording, by the name of the provider. */
const otherServers: Record<string, ReplayServer> = {};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'harness-install-'));
  server = await serveReplies(repliesFor('hello'));
  for (const [provider, { fixture, contentType }] of Object.entries(otherProviders)) {
    const body = readFileSync(join(root, 'packages', `providers-${provider}`, 'fixtures', fixture));
    otherServers[provider] = await ReplayServer.start({ body, contentType });
  }
  tarballs = await unlessUnreachable(() => packPackages(packed, directory));
});

afterAll(async () => {
  await server.close();
  for (const other of Object.values(otherServers)) await other[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** What `make` gives, or `undefined`, with a line that says so, where the registry cannot be reached. */
async function unlessUnreachable<T>(make: () => Promise<T> | T): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof RegistryUnreachableError)) throw error;
    console.warn(`SKIPPED: the install of the packed packages is not tested, because ${error.message}.`);
    return undefined;
  }
}

/** An empty project with some of our packages installed from their tarballs. */
function install(name: string, packages: readonly string[], from: ReadonlyMap<string, string>): string {
  const project = join(directory, name);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
  const paths = packages.map((packageName) => {
    const path = from.get(packageName);
    if (path === undefined) throw new Error(`There is no tarball of ${packageName}.`);
    return path;
  });
  installWithNpm(project, paths);
  return project;
}

/** A package that somebody put into a directory an agent works in. */
function plantPackage(workspace: string, name: string): void {
  const planted = join(workspace, 'node_modules', name);
  mkdirSync(planted, { recursive: true });
  writeFileSync(
    join(planted, 'package.json'),
    JSON.stringify({ name, version: '9.9.9', type: 'module', main: 'index.js' }),
  );
  writeFileSync(join(planted, 'index.js'), "console.log('Code of the workspace has run.');");
}

/** Names of all packages in node_modules, nested ones too. */
function installedPackages(project: string): readonly string[] {
  const manifests = globSync('node_modules/**/package.json', { cwd: project, exclude: ['**/dist/**', '**/src/**'] });
  const names = manifests
    .map((path) => /(?:^|[/\\])node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)[/\\]package\.json$/.exec(path)?.[1])
    .filter((name) => name !== undefined)
    .map((name) => name.replaceAll('\\', '/'));
  return [...new Set(names)].toSorted();
}

function sizeInMegabytes(path: string): string {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  return (bytes / 1e6).toFixed(1);
}

const usesCore = `
import { run, type Message, type Result } from '@harness-sdk/core';
import { anthropic, createAnthropic } from '@harness-sdk/providers-anthropic';
import { baseURL } from './server.ts';

const model = createAnthropic({ baseURL, apiKey: 'recorded' })('claude-haiku-4-5');

function show(message: Message): void {
  if (message.type === 'text' && !message.isPartial) console.log(message.text);
}

for await (const message of run('What is 2 + 2?', { model, budget: { maxTurns: 2 } })) show(message);
const result: Result = await run('What is 2 + 2?', { model }).result();
console.log(result.stopReason, result.totalTokens, typeof anthropic);
// @ts-expect-error: a price that is unknown is no number.
export const cost: number = result.totalCost;
`;

const usesHarness = `
import { createAgent, defineTool, resultOf, run, type RunOptions } from 'harness-sdk';
import { baseURL } from './server.ts';

const options: RunOptions = {
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  permissionMode: 'plan',
  providerSettings: { baseURL, apiKey: 'recorded' },
};

for await (const message of run('What is 2 + 2?', options)) {
  if (message.type === 'text' && !message.isPartial) console.log(message.text);
  if (message.type === 'result') console.log(message.totalTokens, message.totalCost?.toFixed(4), message.cost?.basis);
}
console.log([createAgent, defineTool, resultOf].map((part) => typeof part).join());
// @ts-expect-error: there is no such mode.
export const wrong: RunOptions = { provider: 'anthropic', model: 'claude-haiku-4-5', permissionMode: 'planned' };
`;

/** The other providers, each with a recorded answer. */
const otherProviders = {
  google: {
    model: 'gemini-2.5-flash-lite',
    fixture: 'text-gemini-2.5-flash-lite.sse',
    contentType: 'text/event-stream',
    settings: 'GoogleSettings',
    prints: 'end_turn 82\n',
  },
  ollama: {
    model: 'gemma3:1b',
    fixture: 'text-gemma3.ndjson',
    contentType: 'application/x-ndjson',
    settings: 'OllamaSettings',
    prints: 'end_turn 38\n',
  },
  openai: {
    model: 'gpt-5.5',
    fixture: 'openai-responses/text-gpt-5.5.sse',
    contentType: 'text/event-stream',
    settings: 'OpenAISettings',
    prints: 'end_turn 16\n',
  },
} as const;

type OtherProvider = keyof typeof otherProviders;

function usesProvider(provider: OtherProvider): string {
  const { model, settings } = otherProviders[provider];
  return `
import { run } from 'harness-sdk';
import type { ${settings} } from '@harness-sdk/providers-${provider}';
import { baseURL } from './server.ts';

const providerSettings: ${settings} = { baseURL, apiKey: 'recorded' };
const options = { provider: '${provider}', model: '${model}', permissionMode: 'plan', providerSettings } as const;
const { stopReason, totalTokens } = await run('Hi', options).result();
console.log(stopReason, totalTokens);
`;
}

const lacksProvider = `
import { AgentError, run } from 'harness-sdk';

const options = { provider: 'anthropic', model: 'claude-haiku-4-5', providerSettings: { apiKey: 'none' } } as const;
const messages = [];
try {
  for await (const message of run('Hi', options)) messages.push(message);
} catch (error) {
  if (AgentError.isInstance(error)) console.log(messages.length, error.code, error.message);
}
`;

const supportedNodes = installedNodes().filter(isSupported);

interface Case {
  readonly name: string;
  readonly packages: readonly string[];
  readonly source: string;
  readonly prints: string;
  /** Packages that would run a script of their own when they are installed; none where absent. */
  readonly scripts?: readonly string[];
  /** Whose server it calls; Anthropic's where absent. */
  readonly provider?: OtherProvider;
}

describe.each<Case>([
  {
    name: 'core and one provider',
    packages: ['@harness-sdk/core', '@harness-sdk/providers-anthropic'],
    source: usesCore,
    prints: '2 + 2 = 4\nend_turn 142 function\n',
  },
  {
    name: 'harness-sdk and one provider',
    packages: [
      '@harness-sdk/core',
      '@harness-sdk/permissions',
      '@harness-sdk/pricing',
      '@harness-sdk/providers-anthropic',
      '@harness-sdk/tools-bash',
      '@harness-sdk/tools-fs',
      'harness-sdk',
    ],
    source: usesHarness,
    prints: '2 + 2 = 4\n142 0.0002 catalog\nfunction,function,function\n',
  },
  ...(['google', 'ollama', 'openai'] as const).map((provider): Case => ({
    name: `harness-sdk and ${provider}`,
    packages: [
      '@harness-sdk/core',
      '@harness-sdk/permissions',
      '@harness-sdk/pricing',
      `@harness-sdk/providers-${provider}`,
      '@harness-sdk/tools-bash',
      '@harness-sdk/tools-fs',
      'harness-sdk',
    ],
    source: usesProvider(provider),
    prints: otherProviders[provider].prints,
    // It comes with Google's package; its script compares version numbers of installed packages, and warns.
    scripts: provider === 'google' ? ['node_modules/protobufjs'] : [],
    provider,
  })),
  {
    name: 'harness-sdk without a provider',
    packages: [
      '@harness-sdk/core',
      '@harness-sdk/permissions',
      '@harness-sdk/pricing',
      '@harness-sdk/tools-bash',
      '@harness-sdk/tools-fs',
      'harness-sdk',
    ],
    source: lacksProvider,
    prints:
      '0 missing_package @harness-sdk/providers-anthropic is not installed. Install it with: npm i @harness-sdk/providers-anthropic\n',
  },
])('$name', ({ name, packages, source, prints, scripts = [], provider }) => {
  let project: string;
  let isInstalled = false;

  beforeAll(async () => {
    const from = tarballs;
    if (from === undefined) return;
    const installed = await unlessUnreachable(() => install(name.replaceAll(' ', '-'), packages, from));
    if (installed === undefined) return;
    isInstalled = true;
    project = installed;
    const baseURL = provider === undefined ? server.url : otherServers[provider]?.url;
    writeFileSync(join(project, 'index.ts'), source);
    writeFileSync(join(project, 'server.ts'), `export const baseURL = ${JSON.stringify(baseURL)};\n`);
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(consumerConfig));
    for (const packageName of Object.keys(vendorSdks)) plantPackage(join(project, 'work'), packageName);
  });

  beforeEach((context) => context.skip(!isInstalled, 'the registry cannot be reached'));

  test('brings these packages of ours, and no other vendor’s SDK', async ({ annotate }) => {
    const installed = installedPackages(project);
    await annotate(`${sizeInMegabytes(join(project, 'node_modules'))} MB: ${installed.join(', ')}`);
    expect(installed.filter((installedName) => installedName.includes('harness-sdk'))).toEqual(packages);
    const vendors = [...Object.values(vendorSdks), ...nobodys];
    const own = packages.flatMap((packageName) => vendorSdks[packageName] ?? []);
    expect(installed.filter((installedName) => vendors.includes(installedName))).toEqual(own);
  });

  test.each(supportedNodes)(
    'runs on Node $version, with no code of the directory it is started in',
    async ({ path }) => {
      // Node 22 warns that it strips types.
      const flags = ['--disable-warning=ExperimentalWarning', join(project, 'index.ts')];
      const { stdout, stderr } = await promisify(execFile)(path, flags, { cwd: join(project, 'work') });
      expect({ stdout, stderr }).toEqual({ stdout: prints, stderr: '' });
    },
  );

  test('type-checks, declarations included', () => {
    expect(typeCheck(project)).toBe('');
  });

  test('brings no install script that is not known', () => {
    // The shape of npm's lockfile, version 3.
    const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
    };
    const entries = Object.entries(lock.packages);
    expect(entries.length).toBeGreaterThan(packages.length);
    const withScript = entries.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(withScript.map(([path]) => path)).toEqual(scripts);
  });

  test('publishes manifests that npm understands, without our source condition', () => {
    for (const packageName of packages) {
      const manifest = JSON.stringify(readManifest(join(project, 'node_modules', packageName, 'package.json')));
      expect(manifest).not.toMatch(/workspace:|catalog:|@harness-sdk\/source/);
    }
  });

  test('publishes no test and no test data', () => {
    const files = packages.flatMap((packageName) =>
      globSync('**/*', { cwd: join(project, 'node_modules', packageName), exclude: ['**/node_modules/**'] }),
    );
    expect(files.filter((file) => /\.test(-d)?\.|fixtures|__snapshots__/.test(file))).toEqual([]);
  });
});

/** What the compiler complains about; empty where nothing is. */
function typeCheck(project: string): string {
  try {
    execFileSync(process.execPath, [tsc, '--project', project], { cwd: project, encoding: 'utf8' });
    return '';
  } catch (error) {
    // The compiler ends with a code other than 0 and says why on its standard output.
    return String(Reflect.get(Object(error), 'stdout'));
  }
}
