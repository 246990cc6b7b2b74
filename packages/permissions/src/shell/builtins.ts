import { neverByWildcard } from './launchers.ts';

const plain: ReadonlySet<string> = new Set(
  [
    'true false : pwd cd exit break continue return wait set read test [ echo printf shift times type kill jobs fg bg',
    'disown suspend logout help let',
  ].flatMap((line) => line.split(' ')),
);

/** Whether the shell itself does what a word names. */
export function isBuiltin(name: string): boolean {
  return plain.has(name) || neverByWildcard.has(name);
}
