import { createHash } from 'node:crypto';
import { join, relative, resolve, sep } from 'node:path';
import { createWorkspace, isInside, PathRefusedError, type Workspace } from '@harness-sdk/core/node';
import type { LeftOutFile, StoredFile } from '../collect-files.ts';
import type { LineRange } from '../pipeline/split-by-symbol.ts';
import type { StoredFiles } from '../pipeline/stored-files.ts';
import type { ReportedFinding } from '../reported-findings.ts';
import type { DiffTarget } from '../review-result.ts';
import { readBlobs, readDiff, type ChangedFile, type DiffRequest } from './read-diff.ts';

/** A change, ready to be reviewed. */
export interface ChangeToReview {
  readonly target: DiffTarget;
  /** Where the content of each file lies after the change. */
  readonly files: readonly StoredFile[];
  readonly skipped: readonly LeftOutFile[];
  readonly notices: readonly string[];
  /** Whether a finding is on lines that the change touches, or fed by them. */
  touches(finding: Pick<ReportedFinding, 'location' | 'related'>): boolean;
}

/**
 * Finds the content of a change. A file whose work tree holds just that is reviewed in place, among the files around it;
 * another one is taken from the repository, unfiltered, and the report says so.
 *
 * @param paths - Only what lies in them counts.
 */
export async function changeToReview(
  request: DiffRequest,
  { cwd, paths, stored }: { readonly cwd: string; readonly paths: readonly string[]; readonly stored: StoredFiles },
): Promise<ChangeToReview> {
  const diff = await readDiff(request, cwd);
  const workspace = createWorkspace({ root: diff.top });
  const within = paths.map((path) => resolve(cwd, path));
  const inScope = diff.files.filter(({ path }) =>
    within.some((directory) => isInside(directory, join(diff.top, path))),
  );
  const nameOf = ({ path }: ChangedFile): string => relative(cwd, join(diff.top, path)).split(sep).join('/');
  const skipped: LeftOutFile[] = [];
  const inPlace: StoredFile[] = [];
  const elsewhere: ChangedFile[] = [];
  for (const file of inScope) {
    const reason = reasonToSkip(file);
    if (reason !== undefined) skipped.push({ file: nameOf(file), reason });
    else if (!(await holds(workspace, file))) elsewhere.push(file);
    else inPlace.push({ name: nameOf(file), root: realRoot(workspace), path: file.path });
  }
  const byBlob = Map.groupBy(elsewhere, ({ blob }) => blob);
  for await (const [id, bytes] of readBlobs(diff.top, [...byBlob.keys()])) {
    for (const file of byBlob.get(id) ?? []) await stored.add(nameOf(file), bytes);
  }
  const changed = new Map(inScope.map((file) => [nameOf(file), file.lines]));
  return {
    target: diff.target,
    files: [...inPlace, ...stored.files].map((file) => ({ ...file, isFound: true })),
    skipped,
    notices: elsewhere.map(
      (file) => `${nameOf(file)} is otherwise in the work tree; its content of the change was reviewed, by itself.`,
    ),
    touches: ({ location, related }) =>
      [location, ...related].some((place) => overlaps(changed.get(place.file) ?? [], place)),
  };
}

function realRoot({ roots: [root], root: given }: Workspace): string {
  return root?.realPath ?? given;
}

function reasonToSkip({ mode, status }: ChangedFile): string | undefined {
  if (status === 'D') return 'deleted by the change';
  if (status === 'U') return 'not merged yet';
  if (mode === '160000') return 'a submodule';
  return mode === '120000' ? 'symbolic link, not followed' : undefined;
}

/** Whether the work tree holds the very content of the change. */
async function holds(workspace: Workspace, { path, blob }: ChangedFile): Promise<boolean> {
  try {
    const { bytes } = await workspace.readFile(path);
    const hash = createHash(blob.length === 40 ? 'sha1' : 'sha256');
    return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex') === blob;
  } catch (error) {
    if (PathRefusedError.isInstance(error)) return false;
    throw error;
  }
}

function overlaps(
  ranges: readonly LineRange[],
  place: { readonly startLine: number; readonly endLine: number },
): boolean {
  return ranges.some(({ first, last }) => place.startLine <= last && place.endLine >= first);
}
