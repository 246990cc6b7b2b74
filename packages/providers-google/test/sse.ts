/** An event of the vendor, as JSON. */
export type RawEvent = Record<string, unknown>;

/** A part of an answer, as JSON. */
export type RawPart = Record<string, unknown>;

/** Events as the body of an answer. */
export function sse(...events: readonly RawEvent[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join('');
}

/** An event with parts of the answer. */
export function fragment(...parts: readonly RawPart[]): RawEvent {
  return {
    candidates: [{ content: { parts, role: 'model' }, index: 0 }],
    usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 1, totalTokenCount: 8 },
    modelVersion: 'gemini-2.5-flash',
    responseId: 'response1',
  };
}

/** An event with text. */
export function text(piece: string): RawEvent {
  return fragment({ text: piece });
}

/** The last event, with token counts. */
export function finish(finishReason: string = 'STOP', ...parts: readonly RawPart[]): RawEvent {
  return {
    candidates: [{ content: { parts, role: 'model' }, finishReason, index: 0 }],
    usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 5, totalTokenCount: 12 },
  };
}

/** A whole answer that says something. */
export function answer(...pieces: readonly string[]): string {
  return sse(...pieces.map(text), finish());
}
