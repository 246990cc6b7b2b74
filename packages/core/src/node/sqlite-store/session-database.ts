import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { eventSum, firstSum } from './event-sum.ts';
import { openDatabase } from './open-database.ts';
import { StoreError } from './store-error.ts';
import type { EventPage, SessionPage, StoredEvent, StoreThreadData } from './store-request.ts';

/** Characters of one page of events, beyond which no further event is added to it. */
const pageCharacters = 1024 * 1024;
const pageRows = 1000;

/** Events to add behind `expectedSeq`. */
export interface StoredAppend {
  readonly sessionId: string;
  readonly expectedSeq: number;
  readonly events: readonly StoredEvent[];
}

/** A session as its table has it. */
interface SessionRow {
  readonly id: number;
  readonly lastSeq: number;
  readonly lastSum: Uint8Array;
}

/** The tables, and all that is done with them. Every method throws what SQLite throws. */
export class SessionDatabase {
  readonly #database: DatabaseSync;
  readonly #startTransaction: StatementSync;
  readonly #commit: StatementSync;
  readonly #find: StatementSync;
  readonly #begin: StatementSync;
  readonly #advance: StatementSync;
  readonly #insert: StatementSync;
  readonly #read: StatementSync;
  readonly #sumAt: StatementSync;
  readonly #list: StatementSync;
  readonly #delete: StatementSync;

  constructor(data: StoreThreadData) {
    this.#database = openDatabase(data);
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql);
    this.#startTransaction = prepare('BEGIN IMMEDIATE');
    this.#commit = prepare('COMMIT');
    this.#find = prepare('SELECT id, last_seq AS lastSeq, last_sum AS lastSum FROM session WHERE name = ?');
    this.#begin = prepare('INSERT INTO session (name, last_seq, last_sum) VALUES (?, 0, ?)');
    this.#advance = prepare('UPDATE session SET last_seq = ?, last_sum = ? WHERE id = ?');
    this.#insert = prepare('INSERT INTO event (session, seq, key, body, sum) VALUES (?, ?, ?, ?, ?)');
    this.#read = prepare('SELECT seq, body, sum FROM event WHERE session = ? AND seq > ? ORDER BY seq LIMIT ?');
    this.#sumAt = prepare('SELECT sum FROM event WHERE session = ? AND seq = ?');
    this.#list = prepare('SELECT id, name FROM session WHERE id > ? ORDER BY id LIMIT ?');
    this.#delete = prepare('DELETE FROM session WHERE name = ?');
  }

  /** Runs `work` in one transaction, so that one commit makes all of it durable. */
  transaction(work: () => void): void {
    this.#startTransaction.run();
    try {
      work();
      this.#commit.run();
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Adds events in a transaction of their own. */
  appendAlone(append: StoredAppend): void {
    this.transaction(() => this.#append(append));
  }

  /** Adds events inside a transaction, all or none. */
  append(append: StoredAppend): void {
    this.#database.exec('SAVEPOINT one_append');
    try {
      this.#append(append);
      this.#database.exec('RELEASE one_append');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK TO one_append; RELEASE one_append');
      throw error;
    }
  }

  #append({ sessionId, expectedSeq, events }: StoredAppend): void {
    const found = this.#findSession(sessionId);
    const lastSeq = found?.lastSeq ?? 0;
    if (lastSeq !== expectedSeq) throw conflict(sessionId, lastSeq, expectedSeq);
    if (events.length === 0) return;
    const { id, lastSum } = found ?? this.#beginSession(sessionId);
    let [seq, sum] = [lastSeq, lastSum];
    for (const event of events) {
      sum = eventSum(sum, event.body);
      this.#insert.run(id, event.seq, event.key, event.body, sum);
      ({ seq } = event);
    }
    this.#advance.run(seq, sum, id);
  }

  /** Events behind `after`, each compared with its checksum; `sum` is that of the event `after`, where it is known. */
  read(sessionId: string, after: number, sum: Uint8Array | undefined): EventPage {
    const session = this.#findSession(sessionId);
    if (session === undefined) return { bodies: [], lastSeq: after, lastSum: sum, isLast: true };
    const reader = new PageReader(after, sum ?? this.#sumBefore(session, after));
    for (const row of this.#read.iterate(session.id, after, pageRows)) {
      if (reader.isFull) return reader.page(false);
      if (!reader.add(row)) throw damaged(sessionId, reader.lastSeq);
    }
    if (reader.rows === pageRows) return reader.page(false);
    if (reader.lastSeq < session.lastSeq) throw damaged(sessionId, reader.lastSeq);
    return reader.page(true);
  }

  /** Sessions that began behind the one with this number. */
  list(after: number): SessionPage {
    const rows = this.#list.all(after, pageRows);
    return {
      sessionIds: rows.map(({ name }) => String(name)),
      last: Number(rows.at(-1)?.['id'] ?? after),
      isLast: rows.length < pageRows,
    };
  }

  /** Removes a session; its text is overwritten, also in the log of the database. */
  delete(sessionId: string): void {
    this.#delete.run(sessionId);
    this.#checkpoint();
  }

  close(): void {
    this.#checkpoint();
    this.#database.close();
  }

  /** Another process that reads may keep the log as it is; it is emptied the next time then. */
  #checkpoint(): void {
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  #findSession(sessionId: string): SessionRow | undefined {
    // The names and types are those of the statement and the table, which is STRICT.
    return this.#find.get(sessionId) as SessionRow | undefined;
  }

  #beginSession(sessionId: string): SessionRow {
    const { lastInsertRowid } = this.#begin.run(sessionId, firstSum);
    return { id: Number(lastInsertRowid), lastSeq: 0, lastSum: firstSum };
  }

  #sumBefore({ id }: SessionRow, after: number): Uint8Array | undefined {
    if (after === 0) return firstSum;
    const sum = this.#sumAt.get(id, after)?.['sum'];
    return sum instanceof Uint8Array ? sum : undefined;
  }
}

/** Collects the rows of one page, and compares each with its checksum. */
class PageReader {
  readonly #bodies: string[] = [];
  #characters = 0;
  #sum: Uint8Array | undefined;
  lastSeq: number;

  /** @param sum - Of the event `after`; `undefined` where there is none, and then there must be none behind it. */
  constructor(after: number, sum: Uint8Array | undefined) {
    this.lastSeq = after;
    this.#sum = sum;
  }

  get rows(): number {
    return this.#bodies.length;
  }

  get isFull(): boolean {
    return this.#characters >= pageCharacters;
  }

  /** False where the row is not the next event as it was written. */
  add({ seq, body, sum }: Record<string, unknown>): boolean {
    if (this.#sum === undefined || typeof body !== 'string' || !(sum instanceof Uint8Array)) return false;
    if (seq !== this.lastSeq + 1 || Buffer.compare(eventSum(this.#sum, body), sum) !== 0) return false;
    this.lastSeq = seq;
    this.#sum = sum;
    this.#characters += body.length;
    this.#bodies.push(body);
    return true;
  }

  page(isLast: boolean): EventPage {
    return { bodies: this.#bodies, lastSeq: this.lastSeq, lastSum: this.#sum, isLast };
  }
}

function conflict(sessionId: string, lastSeq: number, expectedSeq: number): StoreError {
  const message = `Session ${JSON.stringify(sessionId)} is at event ${lastSeq}, not ${expectedSeq}: another run is writing to it. Wait for that run, or start a new session.`;
  return new StoreError('session_conflict', message);
}

function damaged(sessionId: string, lastSeq: number): StoreError {
  const message = `Session ${JSON.stringify(sessionId)} is damaged behind event ${lastSeq}: what the file holds there is not what was written. The events up to there are whole; forkSession() makes a session of them.`;
  return new StoreError('session_corrupt', message);
}
