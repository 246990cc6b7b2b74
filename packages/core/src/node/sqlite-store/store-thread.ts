import { parentPort, workerData } from 'node:worker_threads';
import { failureOf, performRequests } from './perform-requests.ts';
import { SessionDatabase } from './session-database.ts';
import type { StoreReply, StoreRequest, StoreThreadData } from './store-request.ts';

// The thread that owns the database: it waits for the disk, so that nobody else has to. It answers each batch of requests
// with a batch of replies.

let database: SessionDatabase | undefined;

function answer(requests: readonly StoreRequest[]): StoreReply[] {
  if (database === undefined && requests.every(({ type }) => type === 'close')) return [{ type: 'done' }];
  try {
    // Given by the store alone, when it starts this thread.
    database ??= new SessionDatabase(workerData as StoreThreadData);
  } catch (error) {
    // The next batch tries again.
    const failure = failureOf(error);
    return requests.map(() => failure);
  }
  return performRequests(database, requests);
}

parentPort?.on('message', (requests: readonly StoreRequest[]) => parentPort?.postMessage(answer(requests)));
