import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RipgrepError } from './ripgrep.ts';
import type { SearchScope } from './search.ts';
import { quotedPath } from './shown-path.ts';
import { unusableIgnoreFileAbove, unusableIgnoreFileIn } from './unusable-ignore-file.ts';

/** A search that takes longer may be waiting for a pipe; most trees are through by then. */
const suspiciousMs = 1000;

/**
 * Makes an attempt at a search. ripgrep opens whatever is called `.gitignore`: it would wait for a pipe for ever, and read
 * a device until the memory is full. Where there is such a thing, the search is done without regard to ignore files, which
 * can only show more, and a note says so.
 *
 * Above the searched directory this is checked first, in it while a search takes long: looking everywhere beforehand would
 * take as long as the search.
 */
export async function withIgnoreFiles(
  scope: SearchScope,
  cwd: string,
  attempt: (scope: SearchScope) => Promise<string>,
): Promise<string> {
  const { directory, signal } = scope;
  const again = async (path: string | undefined): Promise<string> => {
    const answer = await attempt({ ...scope, heedsIgnoreFiles: false });
    const why = path === undefined ? 'that took too much memory' : `${quotedPath(path, cwd)} is no ordinary file`;
    return `${answer}\n[no .gitignore was heeded, because ${why}]`;
  };
  const above = await unusableIgnoreFileAbove(directory.path.realPath);
  if (above !== undefined) return await again(above);

  const watch = new AbortController();
  const stop = new AbortController();
  const look = async (): Promise<string | undefined> => {
    const found = await unusableIgnoreFileIn(directory.anchor, watch.signal);
    return found === undefined ? undefined : join(directory.path.requested, found);
  };
  const watching = delay(suspiciousMs, undefined, { signal: watch.signal })
    .then(look, () => undefined) // The attempt was over first.
    .then((found) => {
      if (found !== undefined) stop.abort();
      return found;
    });
  try {
    return await attempt({ ...scope, signal: AbortSignal.any([signal, stop.signal]) });
  } catch (error) {
    if (signal.aborted) throw error;
    const tookTooMuch = error instanceof RipgrepError && error.tookTooMuch;
    if (!tookTooMuch && !stop.signal.aborted) throw error;
    return await again(tookTooMuch ? await look() : await watching);
  } finally {
    watch.abort();
    await watching;
  }
}
