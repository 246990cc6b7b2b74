/** An event of the Responses API, as JSON. */
export type RawEvent = { readonly type: string } & Record<string, unknown>;

/** Events as the body of an answer of the Responses API. */
export function sse(...events: readonly RawEvent[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

/** The start of a response. */
export const start: RawEvent = {
  type: 'response.created',
  response: { id: 'resp_1', model: 'gpt-of-test-2026-01-01', status: 'in_progress', usage: null },
};

/** Counts of the Responses API. */
export const usage: Readonly<Record<string, number>> = { input_tokens: 7, output_tokens: 5, total_tokens: 12 };

/** The end of a response, with token counts. */
export function finish(fields: Record<string, unknown> = {}): RawEvent {
  const response = { id: 'resp_1', model: 'gpt-of-test-2026-01-01', status: 'completed', usage, ...fields };
  return { type: response['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed', response };
}

/** An item that is added and done, with deltas between. */
export function item(
  index: number,
  done: Record<string, unknown>,
  ...deltas: readonly RawEvent[]
): readonly RawEvent[] {
  const place = { output_index: index };
  const { content: _content, summary: _summary, arguments: _arguments, ...added } = done;
  return [
    { type: 'response.output_item.added', ...place, item: added },
    ...deltas.map((event) => ({ ...place, ...event })),
    { type: 'response.output_item.done', ...place, item: done },
  ];
}

/** A message in pieces. */
export function text(index: number, ...pieces: readonly string[]): readonly RawEvent[] {
  const content = [{ type: 'output_text', text: pieces.join(''), annotations: [], logprobs: [] }];
  const done = { id: `msg_${index}`, type: 'message', role: 'assistant', status: 'completed', content };
  const deltas = pieces.map((piece) => ({ type: 'response.output_text.delta', content_index: 0, delta: piece }));
  return item(index, done, ...deltas);
}

/** A call in pieces of its arguments. */
export function call(index: number, callId: string, ...pieces: readonly string[]): readonly RawEvent[] {
  const done = { id: `fc_${index}`, type: 'function_call', status: 'completed', call_id: callId, name: 'read' };
  const deltas = pieces.map((piece) => ({ type: 'response.function_call_arguments.delta', delta: piece }));
  return item(index, { ...done, arguments: pieces.join('') }, ...deltas);
}

/** A whole answer of the Responses API that says something. */
export function answer(...pieces: readonly string[]): string {
  return sse(start, ...text(0, ...pieces), finish());
}

/** Chunks as the body of an answer of Chat Completions, without its end mark. */
export function chunks(...all: readonly Record<string, unknown>[]): string {
  return all.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
}

/** A chunk with one delta. */
export function delta(fields: Record<string, unknown>, finishReason: string | null = null): Record<string, unknown> {
  const choice = { index: 0, delta: fields, finish_reason: finishReason };
  return { id: 'chatcmpl_1', model: 'gpt-of-test', choices: [choice] };
}

/** A chunk with token counts alone. */
export function counts(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const chatUsage = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12, ...fields };
  return { id: 'chatcmpl_1', model: 'gpt-of-test', choices: [], usage: chatUsage };
}

/** The end mark of Chat Completions. */
export const done = 'data: [DONE]\n\n';

/** A whole answer of Chat Completions that says something. */
export function chatAnswer(...pieces: readonly string[]): string {
  return chunks(...pieces.map((content) => delta({ content })), delta({}, 'stop'), counts()) + done;
}
