export { exportSession } from './session-file/export-session.ts';
export { importSession } from './session-file/import-session.ts';
export type { ImportedSession, ImportOptions } from './session-file/import-session.ts';
export type { TextSource } from './session-file/read-lines.ts';
export { isInside } from './workspace/is-inside.ts';
export { PathRefusedError } from './workspace/path-refused-error.ts';
export type { PathRefusal } from './workspace/path-refused-error.ts';
export type { FileVersion } from './workspace/file-version.ts';
export type { CheckedDirectory, CheckedFile } from './workspace/open-checked.ts';
export type { DirectoryEntry, FileContent } from './workspace/read-checked.ts';
export type { ResolvedPath, WorkspaceRoot } from './workspace/resolve-path.ts';
export type { WriteFileOptions, WrittenFile } from './workspace/write-checked.ts';
export { hasHiddenCharacters, quoteText } from './workspace/quote-text.ts';
export { createWorkspace } from './workspace/workspace.ts';
export type {
  ReadDirectoryOptions,
  ReadFileOptions,
  ResolveOptions,
  Workspace,
  WorkspaceOptions,
} from './workspace/workspace.ts';
export { sqliteStore } from './sqlite-store/sqlite-store.ts';
export type { SqliteStore, SqliteStoreOptions } from './sqlite-store/sqlite-store.ts';
