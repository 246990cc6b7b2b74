import { describe, expect, test } from 'vitest';
import { readWireEvent } from './wire.ts';

test('takes the type from the JSON', () => {
  expect(readWireEvent('{"type":"message_stop"      }')).toEqual({ type: 'message_stop' });
});

test.for(['{"type":"event_of_2030"}', '[DONE]'])('has nothing to say about %s', (frame) => {
  expect(readWireEvent(frame)).toBeUndefined();
});

test('takes an error without a type for the error it is', () => {
  expect(readWireEvent('{"error":{"message":"upstream died"}}')).toEqual({
    type: 'error',
    error: { message: 'upstream died' },
  });
});

describe('refuses', () => {
  test.for([
    ['text that is no JSON', '<html>', SyntaxError],
    ['JSON that is no object', '[1]', TypeError],
    ['null', 'null', TypeError],
    ['an object without a type', '{"a":1}', TypeError],
    ['a block without an index', '{"type":"content_block_start","content_block":{"type":"text"}}', TypeError],
    ['a block that is none', '{"type":"content_block_start","index":0,"content_block":null}', TypeError],
    ['a delta without a type', '{"type":"content_block_delta","index":0,"delta":{}}', TypeError],
  ] as const)('%s', ([, frame, errorClass]) => {
    expect(() => readWireEvent(frame)).toThrow(errorClass);
  });
});
