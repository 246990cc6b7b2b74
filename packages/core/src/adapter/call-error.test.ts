import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { callError, connectionError, retryAfterMs, type CallFacts } from './call-error.ts';

const facts: CallFacts = {
  vendor: 'Acme',
  signal: new AbortController().signal,
  secrets: ['sk-secret-value'],
  contentStarted: true,
  usage: { input: 3 },
};

describe('how long to wait', () => {
  test.for([
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1_500],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:10 GMT' }, 10_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 11:59:50 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-3' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{}, undefined],
  ] as const)('%o is %s ms', ([headers, expected]) => {
    const given = new Headers(headers);
    expect(retryAfterMs(given, Date.parse('Sun, 22 Nov 2026 12:00:00 GMT'))).toBe(expected);
  });

  test('is unknown without headers', () => {
    expect(retryAfterMs(undefined)).toBeUndefined();
  });
});

describe('an error of a call', () => {
  test('holds what is known of the call, and no secret', () => {
    const error = callError('auth', 'Wrong key sk-secret-value.', facts, { statusCode: 401, usage: undefined });
    expect(error).toMatchObject({ kind: 'auth', statusCode: 401, contentStarted: true, usage: { input: 3 } });
    expect(error.message).toBe('Wrong key [redacted].');
  });

  test('says what broke the connection, however deep it stands', () => {
    const root = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
    const error = connectionError(new TypeError('fetch failed', { cause: root }), facts);
    expect(error).toMatchObject({ kind: 'network', message: 'The connection to Acme failed: other side closed' });
  });

  test('tells a peer that does not answer in time from one that breaks', () => {
    const root = Object.assign(new Error('Headers Timeout Error'), { code: 'UND_ERR_HEADERS_TIMEOUT' });
    expect(connectionError(new TypeError('fetch failed', { cause: root }), facts).kind).toBe('timeout');
  });

  test('holds no secret in its causes, what a fetch of the caller adds to them, or the id of the request', () => {
    const root = Object.assign(new Error('with sk-secret-value'), { code: 'E1', config: { key: 'sk-secret-value' } });
    const thrown = new TypeError('sk-secret-value failed', { cause: root });
    const error = connectionError(thrown, { ...facts, requestId: 'for sk-secret-value' });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('sk-secret-value');
    expect(error).toMatchObject({
      requestId: 'for [redacted]',
      cause: { name: 'TypeError', message: '[redacted] failed', cause: { message: 'with [redacted]', code: 'E1' } },
    });
  });

  test.for([
    ['sk-secret-value', '[redacted]'],
    [undefined, 'undefined'],
    [{ key: 'sk-secret-value' }, '[object Object]'],
  ])('is made of %j, which is no error', ([thrown, cause]) => {
    expect(connectionError(thrown, facts)).toMatchObject({ kind: 'network', cause });
  });

  test('is made of causes that go in circles', () => {
    const thrown = new Error('round');
    thrown.cause = thrown;
    expect(connectionError(thrown, facts).message).toBe('The connection to Acme failed: round');
  });
});
