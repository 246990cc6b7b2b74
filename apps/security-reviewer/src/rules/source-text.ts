/** The lines of a file, counted as the parser counts them: `\n` ends a line. */
export class SourceText {
  readonly #source: string;
  readonly #starts: readonly number[];

  constructor(source: string) {
    this.#source = source;
    const starts = [0];
    for (let end = source.indexOf('\n'); end !== -1; end = source.indexOf('\n', end + 1)) starts.push(end + 1);
    this.#starts = starts;
  }

  /**
   * A line without its ending or byte order mark.
   *
   * @param line - From 1.
   */
  line(line: number): string {
    const start = this.#starts[line - 1];
    if (start === undefined) return '';
    const next = this.#starts[line];
    const text = this.#source.slice(start, next === undefined ? undefined : next - 1);
    return (line === 1 ? text.replace(/^\uFEFF/, '') : text).replace(/\r$/, '');
  }

  /**
   * Column of a character in its line, from 1, in UTF-16 code units; a byte order mark counts as none.
   *
   * @param index - Index of the character in the whole source.
   * @param line - Line it stands in, from 1.
   */
  columnOf(index: number, line: number): number {
    const start = this.#starts[line - 1] ?? 0;
    const mark = line === 1 && this.#source.startsWith('\uFEFF') ? 1 : 0;
    return index - start - mark + 1;
  }
}
