import type { Recording } from './recordings.ts';

/** Where a recorded stream is cut, and what had arrived by then. */
export interface Cut {
  readonly at: number;
  readonly prefix: Buffer;
  /** The server's counts, as they had last arrived whole. */
  readonly rawUsage: unknown;
  /** True where the end had arrived: the terminal event, the end mark, or at least the finish reason. */
  readonly isWhole: boolean;
  /** True where nothing of the end is missing, so that not even a broken connection matters any more. */
  readonly isOver: boolean;
}

/** Every cut behind an event, the last one included. */
export function cutsBehindEvents(recording: Recording): readonly Cut[] {
  return eventEnds(recording.body).map((at) => cutAt(recording, at));
}

/** Four cuts inside every event: at its quarters, and in front of the line end that closes it. */
export function cutsInsideEvents(recording: Recording): readonly Cut[] {
  const ends = eventEnds(recording.body);
  return ends.flatMap((end, index) => {
    const start = ends[index - 1] ?? 0;
    const quarters = [1, 2, 3].map((quarter) => start + Math.floor(((end - start) * quarter) / 4));
    return [...quarters, end - 1].map((at) => cutAt(recording, at));
  });
}

function eventEnds(body: Buffer): readonly number[] {
  const ends: number[] = [];
  for (let at = body.indexOf('\n\n'); at !== -1; at = body.indexOf('\n\n', at + 2)) ends.push(at + 2);
  return ends;
}

function cutAt({ api, body }: Recording, at: number): Cut {
  const prefix = body.subarray(0, at);
  const text = prefix.toString();
  let rawUsage: unknown;
  let hasEnd = false;
  for (const event of wholeEvents(text)) {
    if (api === 'responses' && hasEnd) break;
    rawUsage = (api === 'responses' ? event.response?.usage : event.usage) ?? rawUsage;
    hasEnd ||= api === 'responses' ? /^response\.(completed|incomplete)$/.test(event.type ?? '') : isFinished(event);
  }
  const isOver = api === 'responses' ? hasEnd : text.includes('data: [DONE]');
  return { at, prefix, rawUsage, isWhole: hasEnd || isOver, isOver };
}

interface RecordedEvent {
  readonly type?: string;
  readonly response?: { readonly usage?: unknown };
  readonly usage?: unknown;
  readonly choices?: readonly { readonly finish_reason?: string | null }[];
}

function isFinished({ choices = [] }: RecordedEvent): boolean {
  return Boolean(choices[0]?.finish_reason);
}

function wholeEvents(text: string): readonly RecordedEvent[] {
  return text.split('\n').flatMap((line) => {
    try {
      // Recorded events of the vendor; the fields are read as what they may be.
      return line.startsWith('data:') ? [JSON.parse(line.slice(5)) as RecordedEvent] : [];
    } catch {
      // A SyntaxError: the line is cut off, or the end mark.
      return [];
    }
  });
}
