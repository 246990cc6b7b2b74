import type { StoreFailure } from './store-request.ts';

/** A failure inside the thread of the store; outside it becomes an `AgentError` of this code. */
export class StoreError extends Error {
  readonly code: StoreFailure;

  constructor(code: StoreFailure, message: string) {
    super(message);
    this.code = code;
  }
}
