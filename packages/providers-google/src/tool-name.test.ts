import { expect, test } from 'vitest';
import { toToolName } from './tool-name.ts';

test('makes a name that the API takes of any name', () => {
  expect(toToolName('read_file')).toBe('read_file');
  expect(toToolName('mcp:files.read-2')).toBe('mcp:files.read-2');
  expect(toToolName('functions read/file')).toBe('functions_read_file');
  expect(toToolName('2fast')).toBe('_2fast');
  expect(toToolName('工具')).toBe('__');
  expect(toToolName('')).toBe('_');
  expect(toToolName('1'.repeat(500))).toHaveLength(128);
});
