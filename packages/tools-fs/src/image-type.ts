/** Media type of an image that models can look at, by its first bytes; `undefined` for anything else. */
export function imageType(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))) return 'image/png';
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  if (/^GIF8[79]a/.test(bytes.toString('latin1', 0, 6))) return 'image/gif';
  if (/^RIFF[^]{4}WEBP/.test(bytes.toString('latin1', 0, 12))) return 'image/webp';
  return undefined;
}
