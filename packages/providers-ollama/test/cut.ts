/** Where a recorded stream is cut, and what had arrived by then. */
export interface Cut {
  readonly at: number;
  readonly prefix: Buffer;
  /** True where the last line had arrived, which is the only one with token counts. */
  readonly isWhole: boolean;
}

/** Every cut behind a line, the last one included. */
export function cutsBehindLines(body: Buffer): readonly Cut[] {
  return lineEnds(body).map((at) => cutAt(body, at));
}

/** Four cuts inside every line: at its quarters, and in front of its end. */
export function cutsInsideLines(body: Buffer): readonly Cut[] {
  const ends = lineEnds(body);
  return ends.flatMap((end, index) => {
    const start = ends[index - 1] ?? 0;
    const quarters = [1, 2, 3].map((quarter) => start + Math.floor(((end - start) * quarter) / 4));
    return [...quarters, end - 1].map((at) => cutAt(body, at));
  });
}

/** The last line may have no end. */
function lineEnds(body: Buffer): readonly number[] {
  const ends: number[] = [];
  for (let at = body.indexOf('\n'); at !== -1; at = body.indexOf('\n', at + 1)) ends.push(at + 1);
  return ends.at(-1) === body.length ? ends : [...ends, body.length];
}

function cutAt(body: Buffer, at: number): Cut {
  const prefix = body.subarray(0, at);
  return { at, prefix, isWhole: prefix.toString().split('\n').some(isLastLine) };
}

function isLastLine(line: string): boolean {
  try {
    // Recorded lines of the vendor.
    return (JSON.parse(line) as { readonly done?: boolean }).done === true;
  } catch {
    // A SyntaxError: the line is cut off, or empty.
    return false;
  }
}
