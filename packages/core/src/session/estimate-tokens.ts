import type { TranscriptMessage } from '../transcript.ts';

/** UTF-8 bytes a token, on the safe side: English prose has about 4, code and JSON about 3, Chinese 3 and more. */
const bytesPerToken = 3;
/** What a provider adds around a message. */
const frameTokens = 8;
/** About the most that a provider counts for an image that it has scaled to its limit. */
const imageTokens = 5_000;

/** Messages never change, so that each is measured once. */
const known = new WeakMap<TranscriptMessage, number>();

/** Tokens of a text, estimated on the safe side. */
export function textTokens(text: string): number {
  return Math.ceil(new TextEncoder().encode(text).length / bytesPerToken);
}

/** Characters of plain ASCII that have so many tokens by the same estimate. */
export function charactersOf(tokens: number): number {
  return tokens * bytesPerToken;
}

/** Tokens of a message, estimated on the safe side. */
export function messageTokens(message: TranscriptMessage): number {
  const before = known.get(message);
  if (before !== undefined) return before;
  let images = 0;
  const text = JSON.stringify(message.content, (_key, value: unknown) => {
    // What looks like an image in a model's own words is text: the arguments of a call, say.
    if (message.role === 'assistant' || !isImage(value)) return value;
    images++;
    return undefined;
  });
  const tokens = frameTokens + textTokens(text) + images * imageTokens;
  known.set(message, tokens);
  return tokens;
}

/** Tokens of several messages, estimated on the safe side. */
export function transcriptTokens(messages: Iterable<TranscriptMessage>): number {
  let sum = 0;
  for (const message of messages) sum += messageTokens(message);
  return sum;
}

function isImage(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'type' in value && value.type === 'image' && 'mediaType' in value
  );
}
