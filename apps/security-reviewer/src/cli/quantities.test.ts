import { expect, test } from 'vitest';
import { toBytes, toMilliseconds, toPositive, toPositiveInteger, toShare } from './quantities.ts';

test.each([
  [toPositive, '.5', 0.5],
  [toPositive, '2.00', 2],
  [toPositive, '0', undefined],
  [toPositive, '1e9', undefined],
  [toPositive, '+1', undefined],
  [toPositive, '', undefined],
  [toPositiveInteger, '4', 4],
  [toPositiveInteger, '4.5', undefined],
  [toPositiveInteger, '9'.repeat(20), undefined],
  [toShare, '0', 0],
  [toShare, '1', 1],
  [toShare, '1.01', undefined],
  [toShare, '-0.5', undefined],
  [toMilliseconds, '90s', 90_000],
  [toMilliseconds, '1.5m', 90_000],
  [toMilliseconds, '1h', 3_600_000],
  [toMilliseconds, '20', undefined],
  [toMilliseconds, '0s', undefined],
  [toMilliseconds, 'm', undefined],
  [toBytes, '1MB', 1_048_576],
  [toBytes, '500kB', 512_000],
  [toBytes, '100', 100],
  [toBytes, '100b', 100],
  [toBytes, '1 MB', undefined],
  [toBytes, '1TB', undefined],
])('%o of %j is %j', (read, text, expected) => {
  expect(read(text)).toBe(expected);
});
