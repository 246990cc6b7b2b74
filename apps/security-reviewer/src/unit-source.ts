import { PathRefusedError, type Workspace } from '@harness-sdk/core/node';
import type { SourceFile } from './collect-files.ts';
import { sourceLines, sourceText } from './source-lines.ts';

/** The files of one unit: the only ones that findings may cite, read through the reviewer's own workspace. */
export class UnitSource {
  readonly #workspace: Workspace;
  readonly #files: ReadonlyMap<string, SourceFile>;
  readonly #lines = new Map<SourceFile, Promise<readonly string[]>>();

  constructor(workspace: Workspace, files: readonly SourceFile[]) {
    this.#workspace = workspace;
    this.#files = new Map(files.map((file) => [file.path, file]));
  }

  /** The paths of the files, as their reviewer knows them. */
  get paths(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** The file of the unit that a path leads to, however it is written; `undefined` where it leads elsewhere. */
  async fileAt(path: string): Promise<SourceFile | undefined> {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    try {
      const resolved = await this.#workspace.resolve(path);
      const real = resolved.exists ? await this.#workspace.resolve(resolved.realPath) : resolved;
      return this.#files.get(real.relativePath);
    } catch (error) {
      if (PathRefusedError.isInstance(error)) return undefined;
      throw error;
    }
  }

  /**
   * All lines of a file of the unit, as they were when this was first asked.
   *
   * @throws PathRefusedError where the file can no longer be read.
   */
  linesOf(file: SourceFile): Promise<readonly string[]> {
    let lines = this.#lines.get(file);
    if (lines === undefined) {
      lines = this.#workspace.readFile(file.path).then(({ bytes }) => sourceLines(sourceText(bytes)));
      this.#lines.set(file, lines);
    }
    return lines;
  }
}
