import type { Writable } from 'node:stream';
import type { DurableEngine, Model } from '@harness-sdk/core';

/** The world around the program. */
export interface CliContext {
  /** What follows the name of the program. */
  readonly parameters: readonly string[];
  readonly cwd: string;
  readonly version: string;
  /** Fires on an interrupt. */
  readonly signal: AbortSignal;
  /** Which keys are there decides who reviews, where nobody is named. Default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** A terminal that progress may be drawn on; absent: progress is lines for `writeError`. */
  readonly terminal?: Writable | undefined;
  /** What a language model answered is kept in it, unless `--cache` says otherwise. Default: nowhere. */
  readonly cacheDirectory?: string;
  /** True where stdout is a terminal, and whether it shows colours. */
  readonly output?: { readonly isTerminal: boolean; readonly isColored: boolean };
  /** All of stdin. */
  readInput?(): Promise<Uint8Array>;
  writeOut(text: string): Promise<void>;
  writeError(text: string): void;
  /** What the runs go through. Default: this process, on its clock. */
  readonly durable?: DurableEngine;
  /** Default: from the provider's installed package. */
  loadModel?(provider: string, modelId: string): Promise<Model>;
}
