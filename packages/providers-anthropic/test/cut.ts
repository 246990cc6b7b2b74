/** Where a recorded stream is cut, and what had arrived by then. */
export interface Cut {
  readonly at: number;
  readonly prefix: Buffer;
  /** The vendor's counts, merged from what had arrived whole. */
  readonly rawUsage: Record<string, unknown> | undefined;
  /** True where the terminal event had arrived. */
  readonly isWhole: boolean;
}

/** Every cut behind an event, the last one included. */
export function cutsBehindEvents(body: Buffer): readonly Cut[] {
  return eventEnds(body).map((at) => cutAt(body, at));
}

/** Four cuts inside every event: at its quarters, and in front of the line end that closes it. */
export function cutsInsideEvents(body: Buffer): readonly Cut[] {
  const ends = eventEnds(body);
  return ends.flatMap((end, index) => {
    const start = ends[index - 1] ?? 0;
    const quarters = [1, 2, 3].map((quarter) => start + Math.floor(((end - start) * quarter) / 4));
    return [...quarters, end - 1].map((at) => cutAt(body, at));
  });
}

function eventEnds(body: Buffer): readonly number[] {
  const ends: number[] = [];
  for (let at = body.indexOf('\n\n'); at !== -1; at = body.indexOf('\n\n', at + 2)) ends.push(at + 2);
  return ends;
}

function cutAt(body: Buffer, at: number): Cut {
  const prefix = body.subarray(0, at);
  let rawUsage: Record<string, unknown> | undefined;
  let isWhole = false;
  for (const event of wholeEvents(prefix.toString())) {
    const usage = event.message?.usage ?? event.usage;
    if (usage) rawUsage = { ...rawUsage, ...withoutNulls(usage) };
    if (event.type === 'message_stop') isWhole = true;
  }
  return { at, prefix, rawUsage, isWhole };
}

interface RecordedEvent {
  readonly type?: string;
  readonly usage?: Record<string, unknown>;
  readonly message?: { readonly usage?: Record<string, unknown> };
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

function withoutNulls(usage: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null));
}
