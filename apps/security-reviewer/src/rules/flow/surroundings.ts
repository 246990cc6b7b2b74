import type { Value } from './value.ts';

/** What a file sees of the other files of the review. */
export interface Surroundings {
  /** Tells the origins of this file's parameters from those of others; empty for a file by itself. */
  readonly file: string;
  /** What an import of the path brings in: `./lib/store.query`; nothing where it is not among the files. */
  imported(path: string): Value | undefined;
  /** What a name stands for that the file neither binds nor imports. */
  visible(name: string): Value | undefined;
}

/** A file by itself. */
export const ALONE: Surroundings = { file: '', imported: () => undefined, visible: () => undefined };
