import { statSync } from 'node:fs';
import { covers } from '../covers.ts';
import type { JudgedAccess } from '../judged-call.ts';
import { isProtected } from '../protected-paths.ts';
import type { AllowRule } from '../rule.ts';
import { standingWord } from '../standing-word.ts';
import type { CoverContext } from './cover-unit.ts';
import type { Directories } from './directories.ts';
import { touchesOfRedirect, type FileTouch } from './file-uses.ts';
import { mayLook, once, remembering } from './memory.ts';
import { expandGlob, isRelative, toShellPath, type ShellPath } from './shell-path.ts';
import type { ShellUnit } from './shell-unit.ts';

/** A file that nothing allows a command to open. */
export interface OpenFile {
  readonly problem: string;
  /** What an allow rule would have to cover; left out where none could. */
  readonly access?: JudgedAccess;
}

/** Devices that only take text, or give none. */
const harmlessDevices: ReadonlySet<string> = new Set([
  '/dev/null',
  '/dev/stdout',
  '/dev/stderr',
  '/dev/fd/1',
  '/dev/fd/2',
]);

/** What stands against the redirections of a unit, or `undefined`. They need the permission that a file tool would. */
export function redirectProblem(unit: ShellUnit, context: CoverContext): OpenFile | undefined {
  for (const redirect of unit.redirects) {
    const [touch, ...others] = touchesOfRedirect(redirect);
    if (touch?.path === undefined || touch.hasGlob || others.length > 0) {
      return { problem: `where ${redirect.text} leads is only known when it runs` };
    }
    if (harmlessDevices.has(touch.path)) continue;
    if (/^\/dev\/(?:tcp|udp)\//.test(touch.path)) return { problem: `${redirect.text} opens a connection` };
    const problem = touchProblem(touch, unit.directories, context, isAllowedAsTool);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What stands against a file that a recognised reader or writer is told to open, or `undefined`. */
export function operandProblem(
  touch: FileTouch,
  directories: Directories,
  context: CoverContext,
): OpenFile | undefined {
  return touchProblem(touch, directories, context, isAllowedInWorkspace);
}

/**
 * Whether a program may touch single files, each as a file tool would. Of what it copies into a directory, or moves with
 * one, the names do not show, so that anything could be protected.
 */
export function mayTouchFiles(touches: readonly FileTouch[], directories: Directories, context: CoverContext): boolean {
  return touches.every((touch) => {
    const { path, kind } = touch;
    if (path === undefined || touch.hasGlob || isDirectory(path, directories, context)) return false;
    return kind === 'read' || touchProblem(touch, directories, context, isAllowedAsTool) === undefined;
  });
}

function isDirectory(path: string, { paths }: Directories, { places, settings }: CoverContext): boolean {
  const from = isRelative(path) ? paths : [settings.workspace.root];
  if (from === undefined || path.endsWith('/')) return true;
  return from.some(
    (directory) =>
      statSync(toShellPath(path, directory, places).realPath, { throwIfNoEntry: false })?.isDirectory() === true,
  );
}

type Check = (path: ShellPath, access: JudgedAccess, context: CoverContext) => boolean;

function touchProblem(
  touch: FileTouch,
  directories: Directories,
  context: CoverContext,
  isAllowed: Check,
): OpenFile | undefined {
  const { name } = isAllowed;
  const key = `cover ${name}\0${namesOf(context.fileRules)}\0${JSON.stringify([touch, directories.paths])}`;
  return once(context.places, key, () =>
    mayLook(context.places)
      ? problemOfTouch(touch, directories, context, isAllowed)
      : { problem: 'it names more files than can be looked at' },
  );
}

const namesOf = remembering((rules: readonly AllowRule[]): string =>
  JSON.stringify(rules.map(({ text, isGranted }) => [text, isGranted])),
);

function problemOfTouch(
  touch: FileTouch,
  directories: Directories,
  context: CoverContext,
  isAllowed: Check,
): OpenFile | undefined {
  const { path, kind } = touch;
  if (path === undefined) return { problem: `which files it would ${kind} is only known when it runs` };
  if (/^~[^/]/.test(path)) return { problem: `where ${path} leads is only known when it runs` };
  const from = isRelative(path) ? directories.paths : [context.settings.workspace.root];
  if (from === undefined) return { problem: `where ${path} is depends on a directory that is only known when it runs` };
  for (const directory of from) {
    const paths = touch.hasGlob ? expandGlob(path, directory, context.places) : [path];
    if (paths === undefined) return { problem: `what ${path} matches is too much to look at` };
    for (const each of paths) {
      const found = toShellPath(each, directory, context.places);
      const access: JudgedAccess = { kind, path: found.path };
      if (!isAllowed(found, access, context)) return { problem: problemOf(touch, each, found), access };
    }
  }
  return undefined;
}

function problemOf({ kind }: FileTouch, path: string, { isInside }: ShellPath): string {
  return `it would ${kind} ${JSON.stringify(path)}${isInside ? '' : ', which is outside the workspace'}`;
}

/** As a file tool would need it: by an allow rule, or by the mode and the defaults inside the workspace. */
function isAllowedAsTool(
  { isInside }: ShellPath,
  access: JudgedAccess,
  { settings, tool, fileRules }: CoverContext,
): boolean {
  if (fileRules.some((rule) => covers(rule, tool, access))) return true;
  return isInside && standingWord(settings, tool, access).decision === 'allow';
}

/** Whoever allows a program to read or write allows it to do so in the workspace, but for what is protected. */
function isAllowedInWorkspace(
  { isInside, path }: ShellPath,
  access: JudgedAccess,
  { tool, fileRules }: CoverContext,
): boolean {
  if (isInside && !(access.kind === 'write' && isProtected(path))) return true;
  return fileRules.some((rule) => covers(rule, tool, access));
}
