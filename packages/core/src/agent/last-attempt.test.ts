import { expect, test } from 'vitest';
import { ModelError } from '../errors.ts';
import { collect, fail, scriptedModel, virtualClock } from '../testing/index.ts';
import { inProcess } from './in-process-durable.ts';
import { run } from './run.ts';

const durable = inProcess({ clock: virtualClock() });

test('the error that is thrown after several attempts says how many there were, like the one in the Result', async () => {
  const model = scriptedModel(() => [fail('overloaded', { statusCode: 529 })]);
  const { result, error } = await collect(run('Go.', { model, durable, retry: { maxAttempts: 3 } }));
  expect(model.calls).toBe(3);
  expect(error?.message).toMatch(/\(attempt 3, the last\)$/);
  expect(error).toMatchObject({ kind: 'overloaded', statusCode: 529, cause: expect.any(ModelError) });
  expect(result?.error?.message).toBe(error?.message);
});

test('the error of a single attempt is thrown as it is', async () => {
  const model = scriptedModel(() => [fail('auth', { statusCode: 401 })]);
  const { error } = await collect(run('Go.', { model, durable }));
  expect(error?.message).not.toContain('attempt');
});
