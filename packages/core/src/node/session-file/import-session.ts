import { checkOptions } from '../../check-options.ts';
import { AgentError } from '../../errors.ts';
import type { SessionEvent } from '../../session/event.ts';
import { foldEvents } from '../../session/fold-events.ts';
import type { SessionStore } from '../../session/store.ts';
import { ChecksumChain } from './checksum-chain.ts';
import { readLines, type TextSource } from './read-lines.ts';
import { readLine, sessionFileFormat } from './session-line.ts';

/** What {@link importSession} takes. */
export interface ImportOptions {
  /** Name of the session in the store. Default: the one it was exported under. */
  readonly sessionId?: string;
  /** Takes the events above the damage where a file was cut or changed, instead of refusing it. Default false. */
  readonly allowPartial?: boolean;
}

/** What was imported. */
export interface ImportedSession {
  readonly sessionId: string;
  readonly events: number;
  /** Why the rest was left out; absent where all of it is there. */
  readonly damage?: string;
}

/**
 * Adds an exported session to a store. What it imports is exactly what was exported: a file that was cut or changed is
 * refused, or with `allowPartial` taken up to the damage.
 *
 * @throws AgentError `session_corrupt` that says which line is damaged, and how many events above it are whole.
 * @throws AgentError `session_conflict` where the store has a session of this name.
 */
export async function importSession(
  store: SessionStore,
  source: TextSource,
  options: ImportOptions = {},
): Promise<ImportedSession> {
  checkOptions('importSession', options, { sessionId: { type: 'string' }, allowPartial: { type: 'boolean' } });
  const file = await readSessionFile(source);
  const { events, damage } = file;
  if (file.sessionId === undefined) throw corrupt(`${damage ?? ''} Nothing of it can be imported.`);
  if (damage !== undefined && options.allowPartial !== true) {
    throw corrupt(
      `${damage} The ${events.length} events above are whole; pass \`allowPartial: true\` to import these.`,
    );
  }
  const sessionId = options.sessionId ?? file.sessionId;
  foldEvents(events, sessionId);
  if (events.length > 0) await store.append(sessionId, 0, events);
  return { sessionId, events: events.length, ...(damage === undefined ? {} : { damage }) };
}

/** A file up to where it is whole. */
interface SessionFile {
  /** Absent where not even the head is. */
  readonly sessionId: string | undefined;
  readonly events: readonly SessionEvent[];
  readonly damage: string | undefined;
}

async function readSessionFile(source: TextSource): Promise<SessionFile> {
  const reader = new FileReader();
  try {
    for await (const line of readLines(source)) reader.add(line);
    return reader.end();
  } catch (error) {
    if (AgentError.isInstance(error) && error.code === 'session_corrupt') return reader.upTo(error.message);
    throw error;
  }
}

class FileReader {
  readonly #chain = new ChecksumChain();
  readonly #events: SessionEvent[] = [];
  #sessionId: string | undefined;
  #lines = 0;
  #isAtEnd = false;

  add(line: string): void {
    this.#lines += 1;
    if (this.#isAtEnd) throw corrupt(`Line ${this.#lines} stands behind the end of the session.`);
    const { part, value } = readLine(this.#chain, line, this.#lines);
    if ((part === 'session') !== (this.#lines === 1)) throw corrupt(`Line ${this.#lines} is out of its place.`);
    // The checksum says that this is what exportSession wrote, and it writes these forms alone.
    if (part === 'session') this.#begin(value as { readonly format: number; readonly sessionId: string });
    else if (part === 'event') this.#events.push(value as SessionEvent);
    else this.#isAtEnd = true;
  }

  end(): SessionFile {
    if (this.#isAtEnd) return this.upTo(undefined);
    throw corrupt(this.#lines === 0 ? 'The file is empty.' : `The file was cut off behind line ${this.#lines}.`);
  }

  upTo(damage: string | undefined): SessionFile {
    return { sessionId: this.#sessionId, events: this.#events, damage };
  }

  #begin({ format, sessionId }: { readonly format: number; readonly sessionId: string }): void {
    if (format === sessionFileFormat) {
      this.#sessionId = sessionId;
      return;
    }
    const message = `The file has format ${format}; this version reads format ${sessionFileFormat}. Update @harness-sdk/core.`;
    throw corrupt(message);
  }
}

function corrupt(message: string): AgentError {
  return new AgentError('session_corrupt', message);
}
