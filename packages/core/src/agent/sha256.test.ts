import { afterEach, expect, test, vi } from 'vitest';
import { sha256 } from './sha256.ts';

afterEach(() => vi.unstubAllGlobals());

const known = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

test('a digest is there at once', () => {
  expect(sha256('hello')).toBe(known);
});

test('a runtime without the modules of Node has the same digest', async () => {
  vi.stubGlobal('process', undefined);
  const digest = sha256('hello');
  vi.unstubAllGlobals();
  expect(await digest).toBe(known);
});
