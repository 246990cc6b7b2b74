/** Where a recorded stream is cut, and what had arrived by then. */
export interface Cut {
  readonly at: number;
  readonly prefix: Buffer;
  /** The vendor's counts, merged from what had arrived whole. */
  readonly rawUsage: Record<string, unknown> | undefined;
  /** True where the answer had said why it stopped, so that a stream that closes here may be whole. */
  readonly hasStopped: boolean;
  /** True where every event had arrived. */
  readonly isWhole: boolean;
}

/** Every cut behind an event, the last one included. */
export function cutsBehindEvents(body: Buffer): readonly Cut[] {
  return eventEnds(body).map((at) => cutAt(body, at));
}

/** Four cuts inside every event: at its quarters, and in front of the last byte of its JSON. */
export function cutsInsideEvents(body: Buffer): readonly Cut[] {
  const ends = eventEnds(body);
  return ends.flatMap((end, index) => {
    const start = ends[index - 1] ?? 0;
    const quarters = [1, 2, 3].map((quarter) => start + Math.floor(((end - start) * quarter) / 4));
    return [...quarters, body.lastIndexOf('}', end)].map((at) => cutAt(body, at));
  });
}

/** Lines end with a line feed or with a carriage return too. */
function eventEnds(body: Buffer): readonly number[] {
  return [...body.toString('latin1').matchAll(/\r?\n\r?\n/g)].map(({ 0: end, index }) => index + end.length);
}

function cutAt(body: Buffer, at: number): Cut {
  const prefix = body.subarray(0, at);
  let rawUsage: Record<string, unknown> | undefined;
  let hasStopped = false;
  for (const event of wholeEvents(prefix.toString())) {
    if (event.usageMetadata) rawUsage = { ...rawUsage, ...event.usageMetadata };
    if (event.candidates?.[0]?.finishReason || event.promptFeedback?.blockReason) hasStopped = true;
  }
  return { at, prefix, rawUsage, hasStopped, isWhole: at === body.length };
}

interface RecordedEvent {
  readonly usageMetadata?: Record<string, unknown>;
  readonly candidates?: readonly { readonly finishReason?: string }[];
  readonly promptFeedback?: { readonly blockReason?: string };
}

function wholeEvents(text: string): readonly RecordedEvent[] {
  return text.split('\n').flatMap((line) => {
    try {
      // Recorded events of the vendor; the fields are read as what they may be.
      return line.startsWith('data:') ? [JSON.parse(line.slice(5)) as RecordedEvent] : [];
    } catch {
      // A SyntaxError: the line is cut off.
      return [];
    }
  });
}
