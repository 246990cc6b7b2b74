import { closeSync, constants, fchmodSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from './store-error.ts';
import type { StoreThreadData } from './store-request.ts';

/** Version of the tables, kept in the file. A later one adds a step to {@link migrations}. */
const schemaVersion = 1;
/** Marks the file as one of ours: "HSES". */
const applicationId = 0x48_53_45_53;

/**
 * One step a version, each in a transaction with the version number. A table with rowid and a unique index beside it
 * takes appends at twice the speed of one WITHOUT ROWID.
 */
const migrations: readonly string[] = [
  `CREATE TABLE session (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     name TEXT NOT NULL UNIQUE,
     last_seq INTEGER NOT NULL,
     last_sum BLOB NOT NULL
   ) STRICT;
   CREATE TABLE event (
     id INTEGER PRIMARY KEY,
     session INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
     seq INTEGER NOT NULL,
     key TEXT NOT NULL,
     body TEXT NOT NULL,
     sum BLOB NOT NULL
   ) STRICT;
   CREATE UNIQUE INDEX event_by_seq ON event (session, seq);
   CREATE UNIQUE INDEX event_by_key ON event (session, key);`,
];

/**
 * Opens the database, makes it where there is none, and brings its tables up to date.
 *
 * @throws StoreError for a file that is none of ours, or of a later version.
 */
export function openDatabase({ path, busyTimeoutMs }: StoreThreadData): DatabaseSync {
  makePrivateFile(path);
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;');
    migrate(database, path);
    checkSessions(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLite gives the files beside the database the permissions of the database itself. */
function makePrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(
    path,
    constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    0o600,
  );
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new StoreError('store_failed', `${JSON.stringify(path)} is not a regular file.`);
    if ((stats.mode & 0o077) !== 0) fchmodSync(file, 0o600);
  } finally {
    closeSync(file);
  }
}

function migrate(database: DatabaseSync, path: string): void {
  // Of two processes that open a new file, the second waits here and finds the tables.
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = numberOf(database, 'user_version');
    checkOwner(database, path, version);
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion};`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** A damaged list of sessions could make one look as if it had never been. What is in a session has its checksums. */
function checkSessions(database: DatabaseSync, path: string): void {
  const problem = database.prepare('PRAGMA integrity_check(session)').get()?.['integrity_check'];
  if (problem === 'ok') return;
  const message = `The list of sessions in ${JSON.stringify(path)} is damaged: ${String(problem)}. Take the file from a backup.`;
  throw new StoreError('session_corrupt', message);
}

function checkOwner(database: DatabaseSync, path: string, version: number): void {
  const name = JSON.stringify(path);
  const owner = numberOf(database, 'application_id');
  const isEmpty = owner === 0 && version === 0 && !hasTables(database);
  if (!isEmpty && owner !== applicationId) {
    throw new StoreError('store_failed', `${name} is a database of another program. Name a file of its own.`);
  }
  if (version <= schemaVersion) return;
  const message = `${name} has tables of version ${version}, and this version knows ${schemaVersion}. Update @harness-sdk/core.`;
  throw new StoreError('store_failed', message);
}

function hasTables(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined;
}

function numberOf(database: DatabaseSync, pragma: 'user_version' | 'application_id'): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma] ?? 0);
}
