import { describe, expect, test } from 'vitest';
import { readWireEvent } from './wire.ts';

test.for<readonly [what: string, frame: string]>([
  ['a piece', '{"message":{"role":"assistant","content":"a"},"done":false}'],
  ['the last line', '{"done":true,"done_reason":"stop"}'],
  ['a piece that says there is no error', '{"done":false,"error":null}'],
])('takes %s for one of the answer', ([, frame]) => {
  expect(readWireEvent(frame)).toEqual({ type: 'chunk', chunk: JSON.parse(frame) });
});

test.for([
  ['text', '{"error":"it broke"}', 'it broke'],
  ['an object', '{"error":{"message":"it broke"}}', { message: 'it broke' }],
  ['text beside the end', '{"error":"it broke","done":true}', 'it broke'],
  [
    'a name of its own',
    '{"error parsing tool call":"invalid character"}',
    'error parsing tool call: invalid character',
  ],
  ['nothing', '{"error":null}', null],
] as const)('takes an error that is %s for an error', ([, frame, error]) => {
  expect(readWireEvent(frame)).toEqual({ type: 'error', error });
});

describe('refuses', () => {
  test.for([
    ['text that is no JSON', '<html>', SyntaxError],
    ['JSON that is no object', '[1]', TypeError],
    ['null', 'null', TypeError],
    ['an object of another API', '{"choices":[]}', TypeError],
    ['a message that is none', '{"message":"hello"}', TypeError],
  ] as const)('%s', ([, frame, errorClass]) => {
    expect(() => readWireEvent(frame)).toThrow(errorClass);
  });
});
