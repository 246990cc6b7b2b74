import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import type { ReviewResult } from '../review-result.ts';
import { toJunit } from './junit.ts';
import { HOSTILE_TEXTS, hostileResult, sampleFinding, sampleResult } from './sample-result.ts';

interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** The elements of a document, in order; fails for what is no XML. */
function parse(xml: string): XmlElement[] {
  const elements: XmlElement[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    elements.push({ name, attributes: { ...attributes }, text: '' });
  });
  parser.on('text', (text) => {
    const last = elements.at(-1);
    if (last !== undefined) last.text += text;
  });
  parser.write(xml).close();
  return elements;
}

function elementsOf(result: ReviewResult, name: string): XmlElement[] {
  return parse(toJunit(result, '1.2.3')).filter((element) => element.name === name);
}

const mixed = sampleResult({
  coverage: {
    reviewed: ['a.py', 'src/orders.py'],
    skipped: [{ file: 'c.bin', reason: 'binary' }],
    failed: [{ file: 'b.py', reason: 'permission denied' }],
    notByModel: [],
    isComplete: false,
  },
  findings: [sampleFinding()],
});

test('a finding is a failure in the suite of its file', () => {
  const [failure] = elementsOf(mixed, 'failure');
  expect(failure?.attributes).toEqual({
    message: 'critical: SQL is put together from text (CWE-89)',
    type: 'py/sql-injection',
  });
  expect(failure?.text).toContain('return database.execute(\n    f"SELECT {customer}")\n\nA value becomes part');
  expect(elementsOf(mixed, 'testcase').map(({ attributes }) => attributes)).toContainEqual({
    name: 'py/sql-injection line 13–14',
    classname: 'src/orders.py',
    file: 'src/orders.py',
    line: '13',
  });
});

test('a file without findings passes, one that failed is an error, one that was skipped is skipped', () => {
  expect(elementsOf(mixed, 'testsuite').map(({ attributes }) => Object.values(attributes).join(' '))).toEqual([
    '(review) 1 0 1 0',
    'a.py 1 0 0 0',
    'b.py 1 0 1 0',
    'c.bin 1 0 0 1',
    'src/orders.py 1 1 0 0',
  ]);
  expect(elementsOf(mixed, 'testsuites')[0]?.attributes).toEqual({
    name: 'security-reviewer 1.2.3',
    tests: '5',
    failures: '1',
    errors: '2',
    skipped: '1',
  });
});

test('a suppressed finding is skipped, with the reason', () => {
  const suppressed = [sampleFinding({ suppressed: { by: 'inline', reason: 'Only a test.' } })];
  expect(elementsOf(sampleResult({ suppressed }), 'failure')).toEqual([]);
  expect(elementsOf(sampleResult({ suppressed }), 'skipped')[0]?.attributes).toEqual({
    message: 'Suppressed (inline, Only a test.): SQL is put together from text',
  });
});

test('a report of nothing has one suite, which is empty', () => {
  const coverage = { ...sampleResult().coverage, reviewed: [] };
  expect(elementsOf(sampleResult({ coverage }), 'testsuite')).toHaveLength(1);
});

describe('text of a reviewed file', () => {
  const shapeOf = (xml: string) =>
    parse(xml)
      .map(({ name }) => name)
      .toSorted((left, right) => left.localeCompare(right));
  const shape = shapeOf(toJunit(hostileResult('harmless'), '1'));

  test.each(HOSTILE_TEXTS)('%j makes no element', (text) => {
    const xml = toJunit(hostileResult(text), '1');
    expect(shapeOf(xml)).toEqual(shape);
    expect(xml.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Cs}\ufffe\uffff]/u);
  });

  test('reads as it was written', () => {
    const text = 'a < b && c > "d" ]]> \'e\' -- &amp; <!--';
    expect(elementsOf(hostileResult(text), 'failure')[0]?.text).toContain(`${text}\n\n${text}`);
  });
});
