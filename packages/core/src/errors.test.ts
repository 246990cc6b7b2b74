import { describe, expect, test } from 'vitest';
import { AgentError, ModelError, OptionError, messageOf, type ModelErrorKind } from './errors.ts';

describe('isInstance', () => {
  /** What another copy of this package in the same process would make. */
  function foreign(marks: readonly string[]): Error {
    const error = new Error('from elsewhere');
    for (const mark of marks) Object.defineProperty(error, Symbol.for(`@harness-sdk/core/${mark}`), { value: true });
    return error;
  }

  test('knows each error and what it extends', () => {
    const agent = new AgentError('internal', 'a');
    const model = new ModelError('auth', 'b');
    const option = new OptionError('tools', 'c');
    expect([agent, model, option].map((error) => AgentError.isInstance(error))).toEqual([true, true, true]);
    expect([agent, model, option].map((error) => ModelError.isInstance(error))).toEqual([false, true, false]);
    expect([agent, model, option].map((error) => OptionError.isInstance(error))).toEqual([false, false, true]);
  });

  test('knows the errors of another copy of the package', () => {
    expect(AgentError.isInstance(foreign(['AgentError']))).toBe(true);
    expect(ModelError.isInstance(foreign(['AgentError']))).toBe(false);
    expect(ModelError.isInstance(foreign(['AgentError', 'ModelError']))).toBe(true);
  });

  test.each([undefined, null, 'text', 7, {}, new Error('plain')])('is false for %s', (value) => {
    expect(AgentError.isInstance(value)).toBe(false);
  });
});

describe('ModelError', () => {
  test('may be tried again only where a later attempt may cure it', () => {
    const kinds: readonly ModelErrorKind[] = [
      ...(['auth', 'quota', 'rate_limit', 'overloaded', 'server', 'network', 'timeout', 'context_overflow'] as const),
      ...(['invalid_request', 'content_filter', 'malformed_output', 'aborted', 'protocol'] as const),
    ];
    expect(kinds.filter((kind) => new ModelError(kind, 'x').isRetryable)).toEqual([
      'rate_limit',
      'overloaded',
      'server',
      'network',
      'timeout',
      'malformed_output',
    ]);
  });

  test('as data has kind and status, and nothing of its cause', () => {
    const error = new ModelError('server', 'broken', { statusCode: 500, cause: new Error('with a key in it') });
    expect(error.toInfo()).toEqual({ code: 'model_failed', message: 'broken', kind: 'server', statusCode: 500 });
    expect(new ModelError('network', 'cut').toInfo()).toEqual({
      code: 'model_failed',
      message: 'cut',
      kind: 'network',
    });
    expect(error.cause).toBeInstanceOf(Error);
  });

  test('is named after its class', () => {
    expect([new AgentError('internal', ''), new ModelError('auth', ''), new OptionError('a', '')].map(String)).toEqual([
      'AgentError',
      'ModelError',
      'OptionError',
    ]);
  });
});

describe('messageOf', () => {
  test.each([
    [new Error('broken'), 'broken'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [Symbol('sign'), 'Symbol(sign)'],
    [new Number(7), '7'],
  ])('gives the message of %s', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });

  test.each([
    ['an object without a prototype', Object.create(null)],
    [
      'an object whose toString throws',
      {
        toString: (): string => {
          throw new Error('no');
        },
      },
    ],
    ['an error whose message is no text', Object.assign(new Error('x'), { message: { nested: true } })],
    [
      'an error whose message throws',
      Object.defineProperty(new Error('x'), 'message', {
        get() {
          throw new Error('no');
        },
      }),
    ],
  ])('gives some text for %s', (_name, thrown: unknown) => {
    expect(messageOf(thrown)).toEqual(expect.any(String));
  });
});
