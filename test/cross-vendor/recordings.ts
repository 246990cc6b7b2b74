import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Reply } from '@harness-sdk/core/testing';

/** Folders of recordings, one for each API. */
export type RecordingFolder = 'anthropic' | 'google' | 'ollama' | 'openai-chat' | 'openai-responses';

/** A recorded answer, and what it asks for. */
export interface Recording {
  readonly name: string;
  readonly reply: Reply;
  readonly text: string;
  /** Names of the tools that it calls. */
  readonly toolNames: readonly string[];
  /** True where nothing is left to do for the model: no tool to call, no pause to end. */
  readonly isEnd: boolean;
  /** True where the answer reached its end, holds no error, and can be used. */
  readonly isWhole: boolean;
}

interface Entry {
  readonly file: string;
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expected: {
    readonly text: string;
    readonly toolCalls: readonly { readonly name: string }[];
    readonly stopReason: string | null;
    readonly error: object | null;
    readonly complete: boolean;
  };
}

const root = join(import.meta.dirname, '../..');
const corpus = join(root, '../shared/recordings');
const packages: Readonly<Record<RecordingFolder, string>> = {
  anthropic: 'providers-anthropic',
  google: 'providers-google',
  ollama: 'providers-ollama',
  'openai-chat': 'providers-openai',
  'openai-responses': 'providers-openai',
};

/** True where the large set of recordings is beside the repository; the packages' own fixtures are everywhere. */
const hasCorpus: boolean = existsSync(corpus);

if (!hasCorpus) console.warn('SKIPPED: the large set of recordings is not here; only the packages’ fixtures run.');

const recordings = new Map<string, Recording>();
for (const folder of Object.keys(packages) as RecordingFolder[]) {
  const fixtures = join(root, 'packages', packages[folder], 'fixtures');
  for (const recording of read(fixtures, folder)) recordings.set(`${folder}/${recording.name}`, recording);
  if (!hasCorpus) continue;
  for (const recording of read(corpus, folder)) recordings.set(`${folder}/${recording.name}`, recording);
}

/** The first of these recordings that is here. */
export function findRecording(folder: RecordingFolder, names: readonly string[]): Recording | undefined {
  return names.map((name) => recordings.get(`${folder}/${name}`)).find((recording) => recording !== undefined);
}

/** All recordings of an API that are here. */
export function recordingsOf(folder: RecordingFolder): readonly Recording[] {
  return [...recordings].flatMap(([path, recording]) => (path.startsWith(`${folder}/`) ? [recording] : []));
}

function read(directory: string, folder: RecordingFolder): readonly Recording[] {
  // Our own files, in the shape that their README describes.
  const { entries } = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as { entries: Entry[] };
  return entries
    .filter(({ file }) => !file.includes('/') || file.startsWith(`${folder}/`))
    .map(({ file, status, contentType, headers, expected }) => ({
      name: basename(file),
      reply: { body: readFileSync(join(directory, file)), status, contentType, ...(headers && { headers }) },
      text: expected.text,
      toolNames: [...new Set(expected.toolCalls.map(({ name }) => name))],
      isEnd: expected.toolCalls.length === 0 && expected.stopReason !== 'pause_turn',
      isWhole: status === 200 && expected.complete && expected.error === null && isUsable(expected.stopReason),
    }));
}

/** False for an answer that came whole, and that the provider could not make sense of. */
function isUsable(stopReason: string | null): boolean {
  return stopReason?.startsWith('MALFORMED') !== true;
}
