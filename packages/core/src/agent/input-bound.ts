import type { Model, ModelRequest } from '../model.ts';

type Message = ModelRequest['messages'][number];

/** What a provider adds to a request of its own: tool instructions, message frames. Generous. */
const frameTokens = 1_000;
const frameTokensPerMessage = 50;
/**
 * What one image counts at most where the model does not say: 48 169 tokens is a large one at high detail on
 * gpt-4o-mini, 2 833 and 5 667 for each of at most 8 tiles, and no published rule gives more.
 *
 * @see https://developers.openai.com/api/docs/guides/images-vision
 */
const defaultImageTokens = 50_000;

/** What the provider counted of a transcript: the first `messages` messages, and all that goes with them. */
export interface Measured {
  readonly messages: number;
  readonly tokens: number;
}

/**
 * More tokens than the request's input can have: what the provider counted for the messages it has seen, and one token
 * a byte for the rest, because no tokenizer needs more. An image counts as the largest there is.
 */
export function inputBound(
  request: Omit<ModelRequest, 'signal'>,
  { info }: Pick<Model, 'info'>,
  measured?: Measured,
): number {
  const imageTokens = info.maxImageTokens ?? defaultImageTokens;
  const unseen = measured === undefined ? request.messages : request.messages.slice(measured.messages);
  return (
    (measured?.tokens ?? baseBound(request)) +
    unseen.reduce((sum, message) => sum + messageBound(message, imageTokens), 0)
  );
}

/** More tokens than the message can have, with its frame. */
export function messageBound(message: Message, imageTokens: number = defaultImageTokens): number {
  let images = 0;
  const text = JSON.stringify(message, (_key, value: unknown) => {
    // What looks like an image in a model's own words is text: the arguments of a call, say.
    if (message.role === 'assistant' || !isImage(value)) return value;
    images++;
    return undefined;
  });
  return frameTokensPerMessage + bytes(text) + images * imageTokens;
}

/** Everything of a request but its messages. */
function baseBound({ system = '', tools, output, providerOptions = {} }: Omit<ModelRequest, 'signal'>): number {
  return frameTokens + bytes(system) + bytes(JSON.stringify([tools, output ?? null, providerOptions]));
}

function isImage(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'type' in value && value.type === 'image' && 'mediaType' in value
  );
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
