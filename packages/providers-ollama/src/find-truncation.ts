import type { WireUsage } from './wire.ts';
import type { OllamaRequest } from './to-request.ts';

/** Words and numbers. No tokenizer that we know makes one token of two of them, so there are at least so many tokens. */
const words = /[\p{L}\p{M}'’]+|\p{N}+/gu;

/**
 * Says that a server cut the prompt to fit the window, although it was told not to: servers that do not know `truncate`
 * drop the oldest messages, or the middle of a long one, answer 200 all the same, and report the tokens that were left.
 *
 * It never says so of a prompt that was read whole: either the prompt has more words than the window has tokens, and the
 * server read fewer tokens than that; or what it read fills the window to the last token, which is where a single long
 * message is cut, and leaves no room for an answer. A small count alone proves nothing, because some servers leave out
 * what they had in their cache. So a prompt that is a little too long for an old server can go unnoticed.
 *
 * @param isCloud - Servers in the cloud may have another window than was asked for.
 * @returns What is wrong, for an error; `undefined` where nothing can be said.
 */
export function findTruncation(
  { messages, options }: Pick<OllamaRequest, 'messages' | 'options'>,
  { prompt_eval_count: read }: WireUsage,
  isCloud: boolean,
): string | undefined {
  const { num_ctx: window } = options;
  if (typeof read !== 'number' || read > window) return undefined;
  if (read === window && !isCloud) {
    return `Ollama read ${read} tokens of the prompt, all that its window (num_ctx) holds: the rest was cut off.`;
  }
  const least = leastTokens(messages);
  if (least <= window) return undefined;
  return `Ollama read ${read} tokens of a prompt of at least ${least}, which its window (num_ctx ${window}) cannot hold.`;
}

/** Text that every template passes on; what is said about tools, and thinking, some leave out. */
function leastTokens(messages: OllamaRequest['messages']): number {
  return messages.reduce((sum, { content }) => sum + (content.match(words)?.length ?? 0), 0);
}
