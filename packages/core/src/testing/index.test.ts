import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Imports a module where vitest is not installed, and prints the names that it exports. */
const script = `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      if (/^@?vitest(\\/|$)/.test(specifier)) throw new Error('vitest is not installed');
      return next(specifier, context);
    },
  });
  console.log(Object.keys(await import(process.argv[1])).join(' '));
`;

async function exportsOf(path: string): Promise<readonly string[]> {
  const file = join(import.meta.dirname, path);
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script, file]);
  return stdout.trim().split(' ');
}

test('the helpers and the checks need no vitest', async () => {
  const names = await exportsOf('index.ts');
  expect(names).toEqual(expect.arrayContaining(['scriptedModel', 'virtualClock', 'collect', 'storeChecks']));
});

test('the contracts need it', async () => {
  await expect(exportsOf('contracts/index.ts')).rejects.toThrow('vitest is not installed');
});
