import { expect, test } from 'vitest';
import { imageType } from './image-type.ts';

test.each([
  ['image/png', '\x89PNG\r\n\x1a\n...'],
  ['image/jpeg', '\xff\xd8\xff\xe0'],
  ['image/gif', 'GIF87a'],
  ['image/gif', 'GIF89a...'],
  ['image/webp', 'RIFF\x10\0\0\0WEBPVP8 '],
  ['image/webp', 'RIFF\n\n\n\nWEBP'],
])('knows %s', (type, start) => {
  expect(imageType(Buffer.from(start, 'latin1'))).toBe(type);
});

test.each(['', 'GIF', 'GIF89', 'RIFF\x10\0\0\0WAVE', '<svg/>', '\x89PNG', ' GIF89a'])(
  'does not take %j for an image',
  (start) => {
    expect(imageType(Buffer.from(start, 'latin1'))).toBeUndefined();
  },
);
