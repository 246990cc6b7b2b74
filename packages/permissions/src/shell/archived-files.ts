import type { FileTouch } from './file-uses.ts';
import { gitSubcommandIndex } from './git-words.ts';
import type { ShellWord } from './word.ts';
import { nameOf } from './wrappers.ts';

/** Programs that pack or send away whatever is in the directories that they are told. */
const archivers: ReadonlySet<string> = new Set(
  [
    'zip 7z 7za 7zr 7zz rar ar pax jar cpio genisoimage mkisofs xorriso mksquashfs gzip bzip2 xz zstd lz4',
    'aws gsutil rclone s3cmd restic borg duplicity kopia',
  ].flatMap((line) => line.split(' ')),
);

/** What a program takes into an archive, or copies to another place, with all that is in it. */
export function archivedFiles(words: readonly ShellWord[]): readonly FileTouch[] {
  const name = nameOf(words[0]);
  if (name === undefined || !archivers.has(name)) return [];
  const args = words.slice(1);
  const unknown: FileTouch = { kind: 'read', path: undefined, hasGlob: false, isRecursive: false };
  const takesList = name === 'cpio' || args.some(({ text, isKnown }) => !isKnown || /^-@$|^@/.test(text));
  const named = args.filter(({ text, isKnown }) => isKnown && text !== '' && !text.startsWith('-'));
  return [
    ...named.map(({ text, hasGlob }) => ({ kind: 'read', path: text, hasGlob, isRecursive: true }) as const),
    ...(takesList ? [unknown] : []),
  ];
}

/** Whether a program writes files that only its input names: what a patch changes, or an archive holds. */
export function writesUnnamedFiles(words: readonly ShellWord[]): boolean {
  const name = nameOf(words[0]) ?? '';
  const texts = words.slice(1).map(({ text, isKnown }) => (isKnown ? text : '?'));
  switch (name) {
    case 'patch':
    case 'gpatch':
      return !texts.some((text) => /^(?:--dry-run|--check|-C|--version|--help)$/.test(text));
    case 'unzip':
      return !texts.some((text) => /^-(?:[a-zA-Z]*[lptvzZ])/.test(text));
    case 'cpio':
    case 'pax':
      return texts.some((text) => /^-[A-Za-z]*[irp]|^--(?:extract|pass-through)/.test(text));
    case '7z':
    case '7za':
    case '7zr':
    case '7zz':
    case 'rar':
    case 'unrar':
    case 'ar':
    case 'jar':
      return /^-?[a-z]*[xe]/.test(texts[0] ?? '');
    case 'git':
      return gitWritesUnnamed(words);
    default:
      return false;
  }
}

function gitWritesUnnamed(words: readonly ShellWord[]): boolean {
  const [subcommand, ...args] = words.slice(gitSubcommandIndex(words));
  if (subcommand?.text === 'am') return !args.some(({ text }) => /^--(?:abort|quit|show-current-patch)/.test(text));
  if (subcommand?.text !== 'apply') return false;
  return !args.some(({ text }) => /^--(?:check|stat|numstat|summary|cached)$/.test(text));
}
