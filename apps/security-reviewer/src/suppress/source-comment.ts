/** A comment of a source file, with the marks that make it one. */
export interface SourceComment {
  /** Where it begins in the source, in UTF-16 code units. */
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
}
