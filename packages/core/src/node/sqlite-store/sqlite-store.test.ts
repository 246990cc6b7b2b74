import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { logOf } from '../../../test/log-of.ts';
import { prompts } from '../../testing/contracts/sample-events.ts';
import { storeContract } from '../../testing/contracts/index.ts';
import { sqliteStore, type SqliteStore } from './sqlite-store.ts';

const directories: string[] = [];
const stores: SqliteStore[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function newPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sqlite-store-'));
  directories.push(directory);
  return join(directory, 'inner', 'sessions.db');
}

function open(path: string): SqliteStore {
  const store = sqliteStore({ path });
  stores.push(store);
  return store;
}

/** Changes the database behind the back of the store. */
function alter(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

storeContract('sqliteStore', () => {
  const path = newPath();
  return { store: open(path), reopen: () => open(path) };
});

describe('the file', () => {
  test('and those beside it are for this user alone, whatever they were', async () => {
    const path = newPath();
    const store = open(path);
    await store.append('s', 0, prompts(1));
    const modes = [path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);

    const wide = newPath();
    mkdirSync(join(wide, '..'));
    writeFileSync(wide, '', { mode: 0o644 });
    await open(wide).append('s', 0, prompts(1));
    expect(statSync(wide).mode & 0o777).toBe(0o600);
  });

  test('that is no database, or that of another program, is refused and stays as it is', async () => {
    const text = newPath();
    mkdirSync(join(text, '..'));
    writeFileSync(text, 'Notes, not a database. '.repeat(200));
    await expect(open(text).append('s', 0, prompts(1))).rejects.toMatchObject({ code: 'session_corrupt' });
    expect(readFileSync(text, 'utf8')).toBe('Notes, not a database. '.repeat(200));

    const other = newPath();
    mkdirSync(join(other, '..'));
    alter(other, 'CREATE TABLE song (title TEXT)');
    await expect(open(other).append('s', 0, prompts(1))).rejects.toThrow('a database of another program');
  });

  test('of a later version is refused with what to do', async () => {
    const path = newPath();
    const store = open(path);
    await store.append('s', 0, prompts(1));
    await store.close();
    alter(path, 'PRAGMA user_version = 7');
    await expect(logOf(store, 's')).rejects.toThrow('tables of version 7, and this version knows 1');
  });

  test('is not followed where it is a link, and not waited for where it is a directory', async () => {
    const path = newPath();
    mkdirSync(join(path, '..'));
    symlinkSync(join(path, '..', 'elsewhere.db'), path);
    await expect(open(path).append('s', 0, prompts(1))).rejects.toMatchObject({ code: 'store_failed' });
    await expect(open(join(path, '..')).append('s', 0, prompts(1))).rejects.toMatchObject({ code: 'store_failed' });
  });

  test('keeps nothing of a session that was deleted', async () => {
    const path = newPath();
    const store = open(path);
    await store.append('s', 0, prompts(20, 0, 'the-secret-of-the-session'));
    expect(readFileSync(`${path}-wal`, 'utf8')).toContain('the-secret-of-the-session');
    await store.delete('s');
    expect(readFileSync(path, 'utf8') + readFileSync(`${path}-wal`, 'utf8')).not.toContain('the-secret-of-the-session');
  });
});

describe('appends', () => {
  test('of many sessions at once are all there, in their order', async () => {
    const store = open(newPath());
    const ids = Array.from({ length: 100 }, (_, index) => `session-${index}`);
    await Promise.all(
      ids.map(async (id) => {
        for (let seq = 0; seq < 5; seq++) await store.append(id, seq, prompts(1, seq, id));
      }),
    );
    for (const id of ids) {
      expect((await logOf(store, id)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    }
    const listed: string[] = [];
    for await (const id of store.list()) listed.push(id);
    expect(listed.toSorted()).toEqual(ids.toSorted());
  });

  test('of two stores on one file are fenced against each other', async () => {
    const path = newPath();
    const [first, second] = [open(path), open(path)];
    await first.append('s', 0, prompts(2));
    await expect(second.append('s', 1, prompts(1, 1))).rejects.toMatchObject({ code: 'session_conflict' });
    await second.append('s', 2, prompts(1, 2));
    await expect(first.append('s', 2, prompts(1, 2))).rejects.toMatchObject({ code: 'session_conflict' });
    expect(await logOf(first, 's')).toEqual(prompts(3));
  });

  test('that were refused do not take those beside them along', async () => {
    const store = open(newPath());
    const outcomes = await Promise.allSettled([
      store.append('a', 0, prompts(1)),
      store.append('b', 5, prompts(1, 5)),
      store.append('a', 1, [...prompts(1, 1), ...prompts(1, 1)]),
      store.append('c', 0, prompts(1)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(await logOf(store, 'a')).toEqual(prompts(1));
    expect(await logOf(store, 'c')).toEqual(prompts(1));
  });

  test('of a step that is in the log already are a conflict', async () => {
    const store = open(newPath());
    const [event] = prompts(1);
    await store.append('s', 0, prompts(1));
    const again = prompts(1, 1).map((next) => ({ ...next, key: event?.key ?? '' }));
    await expect(store.append('s', 1, again)).rejects.toMatchObject({ code: 'session_conflict' });
  });

  test('leave the event loop free while the disk is waited for', async () => {
    const path = newPath();
    const store = open(path);
    await store.append('s', 0, prompts(1));
    const rival = new DatabaseSync(path);
    rival.exec('BEGIN IMMEDIATE');
    let isSettled = false;
    const appended = store.append('s', 1, prompts(1, 1)).finally(() => (isSettled = true));
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(isSettled).toBe(false);
    rival.exec('COMMIT');
    rival.close();
    await appended;
  });

  test('fail where another process does not let go of the file', async () => {
    const path = newPath();
    const store = sqliteStore({ path, busyTimeoutMs: 10 });
    stores.push(store);
    await store.append('s', 0, prompts(1));
    const rival = new DatabaseSync(path);
    rival.exec('BEGIN IMMEDIATE');
    await expect(store.append('s', 1, prompts(1, 1))).rejects.toMatchObject({ code: 'store_failed' });
    rival.close();
    await store.append('s', 1, prompts(1, 1));
  });
});

describe('reads', () => {
  test('go on over many pages', async () => {
    const store = open(newPath());
    const events = prompts(2500, 0, 'x'.repeat(2000));
    await store.append('s', 0, events);
    expect(await logOf(store, 's')).toEqual(events);
  });

  test('do not go on in another session of the same name', async () => {
    const store = open(newPath());
    await store.append('s', 0, prompts(1500));
    const reader = store.read('s')[Symbol.asyncIterator]();
    await reader.next();
    await store.delete('s');
    await store.append('s', 0, prompts(1500, 0, 'Anew'));
    const rest = async (): Promise<void> => {
      for (let next = await reader.next(); next.done !== true; next = await reader.next());
    };
    await expect(rest()).rejects.toMatchObject({ code: 'session_corrupt' });
  });
});

describe('a damaged database', () => {
  const damages: readonly [string, string][] = [
    ['text that was changed', `UPDATE event SET body = replace(body, 'user', 'hook') WHERE seq = 7`],
    ['an event that is gone', 'DELETE FROM event WHERE seq = 7'],
    ['events at the end that are gone', 'DELETE FROM event WHERE seq >= 7'],
    [
      'events that changed places',
      `UPDATE event SET seq = -7 WHERE seq = 7; UPDATE event SET seq = 7 WHERE seq = 8;
      UPDATE event SET seq = 8 WHERE seq = -7`,
    ],
    ['a checksum that is no such', `UPDATE event SET sum = x'00' WHERE seq = 7`],
  ];

  test.each(damages)('with %s gives what is whole, then an error', async (_, sql) => {
    const path = newPath();
    const store = open(path);
    await store.append('s', 0, prompts(10));
    await store.close();
    alter(path, sql);
    await expect(logOf(store, 's')).rejects.toMatchObject({ code: 'session_corrupt' });
    await expect(logOf(store, 's')).rejects.toThrow('damaged behind event 6');
  });
});

describe('the thread', () => {
  test('is started again after close, which answers what was asked before', async () => {
    const store = open(newPath());
    const before = store.append('s', 0, prompts(1));
    const closed = store.close();
    const after = store.append('s', 1, prompts(1, 1));
    await Promise.all([before, closed, after]);
    expect(await logOf(store, 's')).toEqual(prompts(2));
    await store.close();
    await store.close();
    await open(newPath()).close();
  });

  test('does not keep the process alive, and what it acknowledged is there', async () => {
    const path = newPath();
    const source = `
      import { sqliteStore } from ${JSON.stringify(new URL('./sqlite-store.ts', import.meta.url).href)};
      const store = sqliteStore({ path: ${JSON.stringify(path)} });
      await store.append('s', 0, ${JSON.stringify(prompts(3))});
      console.log('appended');`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (text) => (output += String(text)));
    const [exitCode] = await once(child, 'close');
    expect([exitCode, output]).toEqual([0, 'appended\n']);
    expect(await logOf(open(path), 's')).toEqual(prompts(3));
  });
});

describe('ids and options', () => {
  test.each(['', 'a\nb', 'a\u0000', '\ud800', 'x'.repeat(501)])('%j is no session id', async (id) => {
    const store = open(newPath());
    await expect(store.append(id, 0, prompts(1))).rejects.toMatchObject({ code: 'invalid_option' });
    await expect(logOf(store, id)).rejects.toMatchObject({ code: 'invalid_option' });
    await expect(store.delete(id)).rejects.toMatchObject({ code: 'invalid_option' });
  });

  test('a path is needed, and it is a file', () => {
    // @ts-expect-error: it needs a path.
    expect(() => sqliteStore({})).toThrow('needs the option `path`');
    expect(() => sqliteStore({ path: ':memory:' })).toThrow('use memoryStore()');
    expect(() => sqliteStore({ path: '' })).toThrow('to name a file');
    expect(() => sqliteStore({ path: 'a', busyTimeoutMs: -1 })).toThrow('busyTimeoutMs');
  });
});
