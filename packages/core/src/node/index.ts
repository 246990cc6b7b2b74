export { PathRefusedError } from './workspace/path-refused-error.ts';
export type { PathRefusal } from './workspace/path-refused-error.ts';
export type { FileVersion } from './workspace/file-version.ts';
export type { CheckedDirectory, CheckedFile } from './workspace/open-checked.ts';
export type { DirectoryEntry, FileContent } from './workspace/read-checked.ts';
export type { ResolvedPath, WorkspaceRoot } from './workspace/resolve-path.ts';
export type { WriteFileOptions, WrittenFile } from './workspace/write-checked.ts';
export { createWorkspace } from './workspace/workspace.ts';
export type { ReadFileOptions, ResolveOptions, Workspace, WorkspaceOptions } from './workspace/workspace.ts';
