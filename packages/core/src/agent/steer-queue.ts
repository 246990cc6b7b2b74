import type { SteerReceipt, StopReason } from '../message.ts';
import type { ContentBlock } from '../transcript.ts';

/** What was said to a run while it goes on, and waits to be put to the model. */
export interface WaitingSteer {
  readonly content: readonly ContentBlock[];
  readonly resolve: (receipt: SteerReceipt) => void;
}

/** Keeps what was said in its order. Every entry is answered: with its place in the log, or with how the run ended. */
export class SteerQueue {
  readonly #waiting: WaitingSteer[] = [];
  #end: StopReason | undefined;

  /** Resolves when it is delivered, or cannot be any more. Never rejects. */
  add(content: readonly ContentBlock[]): Promise<SteerReceipt> {
    if (this.#end !== undefined) return Promise.resolve({ delivered: false, reason: this.#end });
    return new Promise((resolve) => {
      this.#waiting.push({ content, resolve });
    });
  }

  /** The one that comes next; it stays until it is taken. */
  get first(): WaitingSteer | undefined {
    return this.#waiting[0];
  }

  /** Takes out the first one. */
  take(): void {
    this.#waiting.shift();
  }

  /** Nothing is delivered from now on. The first reason counts. */
  close(reason: StopReason): void {
    this.#end ??= reason;
    for (const { resolve } of this.#waiting.splice(0)) resolve({ delivered: false, reason: this.#end });
  }
}
