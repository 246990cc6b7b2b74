import { expect, test } from 'vitest';
import { withoutVersion } from './model-id.ts';

test.each([
  ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
  ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
  ['gpt-4o-2024-08-06', 'gpt-4o'],
  ['mistral-large-latest', 'mistral-large'],
])('takes the date or latest off %s', (id, name) => {
  expect(withoutVersion(id)).toBe(name);
});

test.each([
  'claude-sonnet-5-5',
  'gpt-4-0613',
  'mistral-large-2411',
  'grok-4-0709',
  'gemini-2.0-flash-001',
  'model-20251301',
  'model-2025-0101',
  'model-latest-preview',
  'latest',
  '',
])('leaves "%s" alone', (id) => {
  expect(withoutVersion(id)).toBe(id);
});
