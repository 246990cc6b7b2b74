/**
 * SHA-256 of a text, in hex. On Node, Deno and Bun it is there at once: a digest on another thread is work that a virtual
 * clock cannot see, and time would pass meanwhile. Elsewhere it is WebCrypto's.
 */
export function sha256(text: string): string | Promise<string> {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');
  return crypto === undefined ? digest(text) : crypto.createHash('sha256').update(text).digest('hex');
}

async function digest(text: string): Promise<string> {
  const hash = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
