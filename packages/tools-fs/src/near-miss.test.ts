import { expect, test } from 'vitest';
import { describeNearMiss } from './near-miss.ts';

const text = 'function one() {\n  return "1";\n}\n\nfunction two() {\n\treturn 2;\n}\n';

test('quotes the lines that differ only in white space', () => {
  expect(describeNearMiss(text, 'function two() {\n  return 2;\n}')).toBe(
    'It differs from these lines only in white space or quotes, which must be given exactly:\n5\tfunction two() {\n6\t\treturn 2;\n7\t}',
  );
});

test('quotes the line that differs only in the kind of quotes', () => {
  expect(describeNearMiss(text, 'return “1”;')).toContain('2\t  return "1";');
});

test('finds parts of lines, and lines with blank ones around them', () => {
  expect(describeNearMiss(text, '\n  one()  {\n   return "1"\n\n')).toContain('1\tfunction one() {\n2\t  return "1";');
});

test('says that line numbers do not belong in it', () => {
  expect(describeNearMiss(text, '2\t  return "1";')).toContain('leave out the numbers');
});

test('quotes the lines that come closest', () => {
  expect(describeNearMiss(text, 'function one() {\n  return "one";\n}')).toBe(
    'The lines that come closest are:\n1\tfunction one() {\n2\t  return "1";\n3\t}',
  );
});

test('says where nothing comes close', () => {
  expect(describeNearMiss(text, 'class Parser extends Base')).toBe('Nothing in the file comes close. Read it again.');
  expect(describeNearMiss('', 'anything')).toBe('Nothing in the file comes close. Read it again.');
  expect(describeNearMiss(text, '  \n ')).toBe('Nothing in the file comes close. Read it again.');
});

test('quotes no more than a screen, and no more than the start of a long line', () => {
  const long = `${'x'.repeat(400)} needle ${'y'.repeat(10_000)}`;
  const many = Array.from({ length: 100 }, (_, index) => `line ${index} of many`).join('\n');
  expect(describeNearMiss(long, `${'x'.repeat(400)}  needle`).length).toBeLessThan(700);
  expect(describeNearMiss(many, many.replaceAll('of many', ' of many')).split('\n').length).toBe(21);
});
