/** An event of the vendor, as JSON. */
export type RawEvent = { readonly type: string } & Record<string, unknown>;

/** Events as the body of an answer. */
export function sse(...events: readonly RawEvent[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

/** The start of a message, with token counts. */
export const start: RawEvent = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude-haiku-4-5-20251001', usage: { input_tokens: 7, output_tokens: 1 } },
};

/** The end of a message, with token counts. */
export const finish: readonly RawEvent[] = [
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
  { type: 'message_stop' },
];

/** A block with its deltas, whole. */
export function block(
  index: number,
  content: Record<string, unknown>,
  ...deltas: readonly Record<string, unknown>[]
): readonly RawEvent[] {
  return [
    { type: 'content_block_start', index, content_block: content },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

/** A text block in pieces. */
export function text(index: number, ...pieces: readonly string[]): readonly RawEvent[] {
  return block(index, { type: 'text', text: '' }, ...pieces.map((piece) => ({ type: 'text_delta', text: piece })));
}

/** A whole answer that says something. */
export function answer(...pieces: readonly string[]): string {
  return sse(start, ...text(0, ...pieces), ...finish);
}
