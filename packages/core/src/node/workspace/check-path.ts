import { PathRefusedError } from './path-refused-error.ts';
import { quoteText } from './quote-text.ts';

/** PATH_MAX of Linux less the NUL at the end, in bytes; no other supported system takes more. */
const maxPathBytes = 4095;
/** NAME_MAX of Linux, in bytes. */
const maxSegmentBytes = 255;

/** Names that Windows takes for devices, with any extension. */
const windowsDevice = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * Checks that a value can be a path at all, before anything is asked of the file system. Nothing in it is expanded or
 * decoded: `~`, `$HOME`, `%2e` and `*` are ordinary characters.
 *
 * @throws PathRefusedError with reason `invalid`.
 */
export function checkPath(path: unknown, platform: NodeJS.Platform = process.platform): string {
  if (typeof path !== 'string') throw invalid(typeName(path), `Expected a path as a string, got ${typeName(path)}.`);
  const problem = problemOf(path, platform);
  if (problem !== undefined) throw invalid(path, `${shown(path)} ${problem}`);
  return path;
}

function problemOf(path: string, platform: NodeJS.Platform): string | undefined {
  if (path === '') return 'is empty. Give the path of a file or directory; "." is the working directory.';
  if (path.includes('\0')) return 'has a NUL character, which no path has. Leave it out.';
  if (!path.isWellFormed()) return 'has half a surrogate pair, which no path has. Leave it out.';
  const bytes = Buffer.byteLength(path);
  if (bytes > maxPathBytes) return `is longer than ${maxPathBytes} bytes. Use a shorter path.`;
  if (bytes <= maxSegmentBytes && platform !== 'win32') return undefined;
  const segments = path.split(platform === 'win32' ? /[\\/]/ : '/');
  if (segments.some((segment) => Buffer.byteLength(segment) > maxSegmentBytes)) {
    return `has a name of more than ${maxSegmentBytes} bytes in it. Use a shorter one.`;
  }
  return platform === 'win32' ? windowsProblemOf(path, segments) : undefined;
}

/**
 * Spellings by which Windows reaches another file than the one that is named.
 *
 * @see https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
 */
function windowsProblemOf(path: string, segments: readonly string[]): string | undefined {
  if (/^[\\/]{2}/.test(path)) return 'is a network or device path. Use one that starts with a drive letter.';
  const names = /^[a-z]:/i.test(path) ? [segments[0]?.slice(2) ?? '', ...segments.slice(1)] : segments;
  if (/^[a-z]:(?![\\/])/i.test(path)) return 'is relative to the directory of a drive. Write the whole path.';
  if (names.some((name) => name.includes(':'))) return 'names a stream of a file. Leave out the colon.';
  if (names.some((name) => /[. ]$/.test(name) && name !== '.' && name !== '..')) {
    return 'has a name that ends in a dot or a space, which Windows drops. Write the real name.';
  }
  if (names.some((name) => windowsDevice.test(name))) return 'names a device. Use another name.';
  if (names.some((name) => /~[0-9]/.test(name))) return 'may be a short (8.3) name. Write the long name.';
  return undefined;
}

const shownPathLength = 120;

/** A path for a message. */
export function shown(path: string): string {
  return quoteText(path.length > shownPathLength ? `${path.slice(0, shownPathLength)}…` : path);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}

function invalid(path: string, message: string): PathRefusedError {
  return new PathRefusedError('invalid', path, message);
}
