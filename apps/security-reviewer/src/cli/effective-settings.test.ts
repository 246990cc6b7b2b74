import { describe, expect, test } from 'vitest';
import { TemporaryTree } from '../../test/temporary-tree.ts';
import { effectiveSettings } from './effective-settings.ts';
import type { GivenSettings } from './settings.ts';

const name = 'security-review.config.json';

function withConfig(config: object, flags: GivenSettings = {}): GivenSettings {
  using tree = new TemporaryTree({ [name]: JSON.stringify(config), 'src/a.py': '' });
  return effectiveSettings(flags, ['src'], tree.root).settings;
}

test('what the command line says wins over the file', () => {
  expect(withConfig({ 'fail-on': 'low', quiet: true }, { 'fail-on': 'critical' })).toEqual({
    'fail-on': 'critical',
    quiet: true,
  });
});

describe('a configuration of the reviewed code', () => {
  test.each([
    { exclude: ['vendor/'], include: ['src/'], only: ['xss'], skip: ['redos'] },
    { 'fail-on': 'medium' },
    { 'min-severity': 'high' },
    { 'fail-on': 'low', 'min-severity': 'low' },
    { 'min-confidence': 0.2 },
    { 'no-suppress': true, cache: 'off' },
    { baseline: 'known/baseline.json' },
    { 'max-cost': 0.5, 'max-file-size': '10kB' },
    { profile: 'audit', format: 'json', verbose: true, 'no-color': true, 'sarif-suppressed': true },
  ])('may narrow, and may be stricter: %j', (config) => {
    expect(Object.keys(withConfig(config))).toEqual(Object.keys(config));
  });

  test.each([
    { 'fail-on': 'none' },
    { 'fail-on': 'critical' },
    { 'min-severity': 'critical' },
    { 'fail-on': 'low', 'min-severity': 'medium' },
    { 'min-confidence': 0.9 },
    { profile: 'pr' },
    { provider: 'rules' },
    { provider: 'anthropic', model: 'm' },
    { model: 'm' },
    { 'max-cost': 50 },
    { 'max-file-size': '10MB' },
    { 'no-gitignore': true },
    { output: 'report.md' },
    { 'output-dir': '.' },
    { format: ['json', 'sarif=out.sarif'] },
    { log: 'log' },
    { baseline: '/etc/known.json' },
    { baseline: '../known.json' },
    { 'new-only': true },
    { diff: 'main' },
    { cache: 'directory' },
    { staged: true },
    { 'diff-context': 'lines' },
    { verify: 'off' },
    { concurrency: 50 },
    { 'max-time': '2h' },
  ])('may not weaken, spend, choose who reads the code, or write: %j', (config) => {
    expect(() => withConfig(config)).toThrow(/belongs to the reviewed code.*--trust-config/);
    expect(Object.keys(withConfig(config, { 'trust-config': true }))).toEqual([...Object.keys(config), 'trust-config']);
  });

  test('is held against what the command line says, not only against the defaults', () => {
    expect(withConfig({ 'min-severity': 'critical' }, { 'fail-on': 'critical' })).toMatchObject({
      'min-severity': 'critical',
    });
    expect(() => withConfig({ 'max-cost': 1 }, { 'max-cost': 0.5 })).not.toThrow();
    expect(withConfig({ 'max-cost': 1 }, { 'max-cost': 0.5 })).toEqual({ 'max-cost': 0.5 });
    expect(() => withConfig({ 'min-severity': 'high' }, { 'fail-on': 'low' })).toThrow('min-severity');
  });

  test('is one in the repository around the reviewed path, also where --config names it', () => {
    using tree = new TemporaryTree({ '.git/HEAD': '', 'etc/own.json': '{"fail-on":"none"}', 'src/deep/a.py': '' });
    expect(() => effectiveSettings({ config: '../../etc/own.json' }, ['.'], tree.path('src/deep'))).toThrow(
      'belongs to the reviewed code',
    );
  });

  test('is not one that lies elsewhere', () => {
    using tree = new TemporaryTree({ 'a.py': '' });
    using elsewhere = new TemporaryTree({ 'own.json': '{"fail-on":"none"}', [name]: '{"fail-on":"none"}' });
    const named = effectiveSettings({ config: elsewhere.path('own.json') }, ['.'], tree.root);
    expect(named.settings).toMatchObject({ 'fail-on': 'none' });
    const found = effectiveSettings({}, [tree.root], elsewhere.root);
    expect(found).toEqual({ settings: { 'fail-on': 'none' }, configPath: elsewhere.path(name) });
  });
});
