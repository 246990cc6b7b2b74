import { relative, sep } from 'node:path';
import { hasHiddenCharacters, quoteText, type Workspace } from '@harness-sdk/core/node';
import type { JudgedAccess } from './judged-call.ts';
import { isWithin, namesOf, type JudgedPath } from './judged-path.ts';

/** The narrowest allow rule that lets an access of a tool through; as JSON, where not all of it would show. */
export function suggestRule(tool: string, access: JudgedAccess, workspace: Workspace): string {
  const rule = ruleFor(tool, access, workspace);
  return hasHiddenCharacters(rule) ? quoteText(rule) : rule;
}

/** The narrowest allow rule that lets an access of a tool through, as it is. */
export function ruleFor(tool: string, { kind, path }: JudgedAccess, workspace: Workspace): string {
  return kind === 'write' && path !== undefined ? `Edit(${patternFor(path, workspace)})` : tool;
}

/** An allow rule must match a path as it was asked for and where it really is, so that a link takes both. */
function patternFor({ resolved }: JudgedPath, workspace: Workspace): string {
  const paths = [resolved.requested, resolved.realPath];
  const inRoot = paths.map((path) => fromRoot(path, workspace)).filter((path) => path !== undefined);
  const [anchor, [requested = '', real = '']] =
    inRoot.length === paths.length ? ['/', inRoot] : ['//', paths.map((path) => namesOf(path).join('/'))];
  if (requested === real) return anchor + escapeGlob(requested);
  return `${anchor}{${escapeChoice(requested)},${escapeChoice(real)}}`;
}

function fromRoot(path: string, { roots: [root] }: Workspace): string | undefined {
  const base = [root?.path, root?.realPath].find(
    (candidate) => candidate !== undefined && isWithin(namesOf(candidate), namesOf(path)),
  );
  return base === undefined ? undefined : relative(base, path).split(sep).join('/');
}

/** Takes the special meaning from all that has one. */
function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]{}(]/g, '\\$&');
}

function escapeChoice(path: string): string {
  return escapeGlob(path).replaceAll(',', '\\,');
}
