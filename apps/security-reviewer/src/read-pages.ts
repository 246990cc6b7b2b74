import { parseNumberedLines } from '@harness-sdk/tools-fs';

/** A file as far as its pages have come: answers of `Read`, in the order in which they were asked for. */
export class ReadPages {
  #text = '';
  #nextLine: number | undefined = 1;
  #failure: string | undefined;

  /** Takes one more page. Pages that do not continue the text, and answers that are no pages, end it. */
  add(output: string, isError: boolean): void {
    const page = isError ? undefined : parseNumberedLines(output);
    if (page === undefined) this.#failure ??= output;
    else if (page.firstLine !== this.#nextLine) this.#failure ??= 'The file changed while it was read.';
    else {
      this.#text += page.text;
      this.#nextLine = page.nextOffset;
    }
  }

  /** Line to ask for next; `undefined` where the file is read to its end, or cannot be read. */
  get nextLine(): number | undefined {
    return this.#failure === undefined ? this.#nextLine : undefined;
  }

  /** The whole file; `undefined` until it is read to its end. */
  get source(): string | undefined {
    return this.#failure === undefined && this.#nextLine === undefined ? this.#text : undefined;
  }
}
