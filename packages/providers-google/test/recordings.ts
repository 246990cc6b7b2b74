import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A recorded answer and what a reader must find in it. */
export interface Recording {
  readonly name: string;
  readonly body: Buffer;
  readonly status: number;
  readonly contentType: string;
  readonly expected: ExpectedFacts;
}

/** Facts of a recording, read by a program that uses no provider's SDK. `null` means not reported. */
export interface ExpectedFacts {
  readonly model: string | null;
  readonly responseId: string | null;
  readonly text: string;
  /** `id` is `null` where none was sent. */
  readonly toolCalls: readonly { readonly id: string | null; readonly name: string; readonly args: unknown }[];
  readonly serverToolCalls: readonly { readonly type: string }[];
  readonly stopReason: string | null;
  readonly blockReason?: string;
  readonly thinking: {
    readonly textLength: number;
    readonly textSha256: string | null;
    readonly signatures: number;
  } | null;
  /** As reported: `input` with what was cached, `output` without thoughts. */
  readonly usage: {
    readonly input: number | null;
    readonly output: number | null;
    readonly cacheRead: number | null;
    readonly reasoning: number | null;
    readonly toolUsePrompt: number | null;
    readonly totalInput: number | null;
  } | null;
  readonly usageRaw: object | null;
  readonly error: { readonly type: string; readonly message: string; readonly where: string } | null;
  readonly complete: boolean;
  /** True where the answer says where it comes from. */
  readonly grounding?: boolean;
}

interface Entry {
  readonly file: string;
  readonly provider?: string;
  readonly status: number;
  readonly contentType: string;
  readonly expected: ExpectedFacts;
}

const fixtures = join(import.meta.dirname, '../fixtures');
const corpus = join(import.meta.dirname, '../../../../shared/recordings');

/** The recordings of this package, which every checkout has. */
export const ownRecordings: readonly Recording[] = read(fixtures);

/** The large set beside the repository; empty where a checkout does not have it. */
export const corpusRecordings: readonly Recording[] = existsSync(corpus) ? read(corpus) : [];

if (corpusRecordings.length === 0) console.warn('SKIPPED: the large set of recordings is not here; only fixtures run.');

/** True for the long suite. */
export const isFull: boolean = process.env['HARNESS_FULL'] === '1';

/** One of this package's recordings by its file name. */
export function recording(name: string): Recording {
  const found = ownRecordings.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`There is no fixture ${name}.`);
  return found;
}

function read(directory: string): readonly Recording[] {
  // Our own files, in the shape that their README describes.
  const { entries } = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as { entries: Entry[] };
  return entries
    .filter(({ provider = 'google' }) => provider === 'google')
    .map(({ file, status, contentType, expected }) => ({
      name: file.slice(file.indexOf('/') + 1),
      body: readFileSync(join(directory, file)),
      status,
      contentType,
      expected,
    }));
}
