import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report, SentRequest } from './four-keys-child.ts';

/** Each is found in a text wherever it stands, and none is a part of another. */
const keys = {
  ANTHROPIC_API_KEY: 'sk-ant-anthropic-1f0c5a',
  OPENAI_API_KEY: 'sk-proj-openai-2e9d41',
  GEMINI_API_KEY: 'AIza-gemini-3d8e72',
  OLLAMA_API_KEY: 'ollama-4c7f93',
  GATEWAY_KEY: 'sk-gateway-5b6a84',
  GATEWAY_EXTRA: 'extra-6a5b75',
} as const;

/** Of programs by the same vendors; nothing asks for these, and nothing may send them. */
const others = {
  ANTHROPIC_AUTH_TOKEN: 'anthropic-token-7f4c66',
  ANTHROPIC_CUSTOM_HEADERS: 'x-custom: custom-8e3d57',
  ANTHROPIC_BASE_URL: 'https://elsewhere.example/anthropic',
  OPENAI_BASE_URL: 'https://elsewhere.example/openai',
  OPENAI_ADMIN_KEY: 'openai-admin-9d2e48',
  GOOGLE_GEMINI_BASE_URL: 'https://elsewhere.example/google',
  AZURE_OPENAI_API_KEY: 'azure-0c1f39',
} as const;

/** Makes the vendors' clients talk, where they listen to it. */
const loud = { ANTHROPIC_LOG: 'debug', OPENAI_LOG: 'debug', DEBUG: '*', NODE_NO_WARNINGS: '1' };

const secrets = [...Object.values(keys), 'token-7f4c66', 'custom-8e3d57', 'admin-9d2e48', 'azure-0c1f39'];

/** Where each key may go, and nothing else may. */
const ways: Readonly<Record<string, readonly string[]>> = {
  'api.anthropic.com': [keys.ANTHROPIC_API_KEY],
  'api.openai.com': [keys.OPENAI_API_KEY],
  'generativelanguage.googleapis.com': [keys.GEMINI_API_KEY],
  '127.0.0.1:11434': [],
  'ollama.com': [keys.OLLAMA_API_KEY],
  'gateway.example': [keys.GATEWAY_KEY, keys.GATEWAY_EXTRA],
};

let directory: string;
let report: Report;
let printed: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'harness-keys-'));
  const [home, path] = [join(directory, 'home'), join(directory, 'report.json')];
  mkdirSync(home);
  const script = join(import.meta.dirname, 'four-keys-child.ts');
  const parameters = ['--conditions=@harness-sdk/source', script, path];
  const system = {
    PATH: process.env['PATH'],
    HOME: home,
    TMPDIR: home,
    TEMP: home,
    SystemRoot: process.env['SystemRoot'],
  };
  const env = { ...system, ...keys, ...others, ...loud };
  const { stdout, stderr, status } = spawnSync(process.execPath, parameters, { cwd: home, env, encoding: 'utf8' });
  // Where recordings are missing, the child says so.
  printed = (stdout + stderr).replaceAll(/^SKIPPED: .*\n/gm, '');
  if (status !== 0) throw new Error(`The process ended with ${status}:\n${printed}`);
  // Written by the child, in this shape.
  report = JSON.parse(readFileSync(path, 'utf8')) as Report;
});

afterAll(() => rmSync(directory, { recursive: true }));

function textOf({ url, headers, body }: SentRequest): string {
  return JSON.stringify({ url, headers, body });
}

test('every client has called its host in every scenario', () => {
  const hosts = new Set(report.requests.map(({ host }) => host));
  expect([...hosts].toSorted()).toEqual(Object.keys(ways).toSorted());
  const scenarios = new Set(report.runs.map(({ scenario }) => scenario));
  expect(scenarios.size).toBeGreaterThanOrEqual(10);
  for (const host of hosts) {
    const seen = new Set(report.requests.filter((request) => request.host === host).map(({ scenario }) => scenario));
    expect({ host, seen: seen.size }).toEqual({ host, seen: scenarios.size });
  }
});

test('the runs end as their scenarios want it', () => {
  for (const { scenario, client, stopReason } of report.runs) {
    const expected = scenario === 'all is well' ? 'end_turn' : 'error';
    expect({ scenario, client, stopReason }).toEqual({ scenario, client, stopReason: expected });
  }
});

describe.for(Object.entries(ways))('what goes to %s', ([host, own]) => {
  test('has its key in its headers, and no other', () => {
    const requests = report.requests.filter((request) => request.host === host);
    expect(requests.length).toBeGreaterThan(0);
    for (const request of requests) {
      const found = secrets.filter((secret) => textOf(request).includes(secret));
      expect(found.toSorted()).toEqual([...own].toSorted());
      for (const key of own) expect(JSON.stringify(request.headers)).toContain(key);
      expect(request.url).toMatch(host.startsWith('127.') ? /^http:/ : /^https:/);
    }
  });

  test('follows no redirect, which would take the key along', () => {
    const requests = report.requests.filter((request) => request.host === host && !request.url.endsWith('/api/show'));
    for (const { redirect } of requests) expect(redirect).toMatch(/^(manual|error)$/);
  });
});

test('no message, error or log of a run holds a key', () => {
  for (const { scenario, client, shown } of report.runs) {
    const found = secrets.filter((secret) => shown.includes(secret));
    expect({ scenario, client, found }).toEqual({ scenario, client, found: [] });
  }
});

test('the process prints nothing', () => {
  expect(printed).toBe('');
});

test('no file of the process holds a key', () => {
  const files = globSync('home/**/*', { cwd: directory }).map((path) => join(directory, path));
  for (const file of files.filter((path) => statSync(path).isFile())) {
    expect(secrets.filter((secret) => readFileSync(file, 'utf8').includes(secret))).toEqual([]);
  }
});

test('the search finds what is there', () => {
  const withKey = report.requests.filter((request) => secrets.some((secret) => textOf(request).includes(secret)));
  expect(withKey.length).toBeGreaterThan(report.requests.length / 2);
});
