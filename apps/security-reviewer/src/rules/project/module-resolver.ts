/** The files of a review, by their paths with `/` between the parts. */
export interface FileTree {
  has(path: string): boolean;
  /** Files directly in the directory, in order. */
  filesIn(directory: string): readonly string[];
}

/** What a path of an import leads to: a module, or what it exports. */
export interface ModulePlace {
  /** Files that make up the module; several where the language makes one module of a directory. */
  readonly files: readonly string[];
  /** What is taken out of it, from the outside in; empty for the module itself. */
  readonly members: readonly string[];
}

/** How imports of a language find other files. */
export interface ModuleResolver {
  /** Where the path of an import leads, from the file that has it; nothing where it leads out of the review. */
  resolve(path: string, from: string, tree: FileTree): ModulePlace | undefined;
  /** Files whose names are seen without an import. */
  siblings?(from: string, tree: FileTree): readonly string[];
}
