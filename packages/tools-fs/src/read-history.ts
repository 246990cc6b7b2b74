import { hash } from 'node:crypto';
import type { ResolvedPath, Workspace } from '@harness-sdk/core/node';

/** Files remembered at most; the one used longest ago is forgotten first, and must then be read again. */
const maxFiles = 10_000;

interface SeenFile {
  readonly sessionId: string;
  readonly requested: string;
  readonly digest: string;
}

/**
 * Which content of which file a session has seen, so that nothing is overwritten that the model does not know. It lives
 * in memory, as long as its workspace: after a restart a file has to be read again, except for a change that was approved by its diff.
 */
export class ReadHistory {
  readonly #files = new Map<string, SeenFile>();

  /** The session has seen this content, or has written it. */
  remember(sessionId: string, path: ResolvedPath, bytes: Uint8Array): void {
    const key = keyOf(sessionId, path);
    // Set anew, so that the order of the map is the order of use.
    this.#files.delete(key);
    this.#files.set(key, { sessionId, requested: path.requested, digest: digestOf(bytes) });
    if (this.#files.size > maxFiles) {
      const [oldest] = this.#files.keys();
      if (oldest !== undefined) this.#files.delete(oldest);
    }
  }

  /** `unread` where the session never saw the file, `stale` where it saw another content. */
  check(sessionId: string, path: ResolvedPath, bytes: Uint8Array): 'current' | 'stale' | 'unread' {
    const file = this.#files.get(keyOf(sessionId, path));
    if (file === undefined) return 'unread';
    return file.digest === digestOf(bytes) ? 'current' : 'stale';
  }

  /** Absolute paths that the session has asked for and seen. */
  paths(sessionId: string): readonly string[] {
    return [...this.#files.values()].flatMap((file) => (file.sessionId === sessionId ? [file.requested] : []));
  }
}

const histories = new WeakMap<Workspace, ReadHistory>();

/** The one history of a workspace, shared by all tools made over it. */
export function historyOf(workspace: Workspace): ReadHistory {
  const history = histories.get(workspace) ?? new ReadHistory();
  histories.set(workspace, history);
  return history;
}

function keyOf(sessionId: string, path: ResolvedPath): string {
  return `${sessionId}\0${path.realPath}`;
}

function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64');
}
