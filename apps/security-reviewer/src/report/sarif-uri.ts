import type { ArtifactLocation } from 'sarif';

/** What the names of files start from: the directory the review was started in. */
export const SOURCE_ROOT = '%SRCROOT%';

/** A file as SARIF names it: relative to the source root, or whole where it was named so. */
export function toArtifactLocation(file: string): ArtifactLocation {
  const path = file.split('/').map(toSegment).join('/');
  if (file.startsWith('/')) return { uri: `file://${path}` };
  if (/^[A-Za-z]:\//.test(file)) return { uri: `file:///${file.slice(0, 2)}${path.slice(path.indexOf('/'))}` };
  return { uri: path, uriBaseId: SOURCE_ROOT };
}

/** The name of a file again; `undefined` where it cannot have been one. */
export function fromArtifactUri(uri: string): string | undefined {
  try {
    const path = decodeURIComponent(uri.replace(/^file:\/\//, ''));
    return path.replace(/^\/(?=[A-Za-z]:\/)/, '');
  } catch (error) {
    // The only error there can be is a "%" that no two digits follow.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function toSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed());
}
