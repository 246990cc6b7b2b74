import { describe, expect, test } from 'vitest';
import { readWireEvent } from './wire.ts';

test('takes a fragment as it is, with fields that are not known', () => {
  const event = { candidates: [{ content: { parts: [{ text: 'a', of2030: 1 }] } }], of2030: 2 };
  expect(readWireEvent(JSON.stringify(event))).toEqual(event);
});

test.for([
  '{"usageMetadata":{"promptTokenCount":1}}',
  '{"candidates":null,"responseId":"a"}',
  '{"candidates":[{"content":{}}]}',
  '{"candidates":[{"finishReason":"STOP","content":null}]}',
])('takes a fragment without content: %s', (frame) => {
  expect(readWireEvent(frame)).toEqual(JSON.parse(frame));
});

test('has nothing to say about the end mark of another API', () => {
  expect(readWireEvent('[DONE]')).toBeUndefined();
});

test('takes an error that is only words for the error it is', () => {
  expect(readWireEvent('{"error":"upstream died"}')).toEqual({ error: { message: 'upstream died' } });
});

describe('refuses', () => {
  test.for([
    ['text that is no JSON', '<html>', SyntaxError],
    ['JSON that is no object', '[1]', TypeError],
    ['null', 'null', TypeError],
    ['an object of another API', '{"type":"message_start"}', TypeError],
    ['candidates that are no list', '{"candidates":{}}', TypeError],
    ['content that is none', '{"candidates":[{"content":"a"}]}', TypeError],
    ['parts that are no list', '{"candidates":[{"content":{"parts":"a"}}]}', TypeError],
    ['a part that is none', '{"candidates":[{"content":{"parts":["a"]}}]}', TypeError],
  ] as const)('%s', ([, frame, errorClass]) => {
    expect(() => readWireEvent(frame)).toThrow(errorClass);
  });
});
