/** How the lines of a text end. `lf` also where there is no line end at all. */
export type LineEnds = 'lf' | 'crlf' | 'mixed';

/** Lines end at `\n`, as ripgrep, git and parsers count them; a lone `\r` is a character like any other. */
export function lineEndsOf(text: string): LineEnds {
  let withReturn = 0;
  let total = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    total++;
    if (text[at - 1] === '\r') withReturn++;
  }
  if (withReturn === 0) return 'lf';
  return withReturn === total ? 'crlf' : 'mixed';
}

/** Ends every line the way a file does; where the file is not of one mind, the text stays as it is. */
export function withLineEnds(text: string, ends: LineEnds): string {
  return ends === 'crlf' ? text.replaceAll(/\r?\n/g, '\r\n') : text;
}
