import type { ContentBlock, ToolContent, TranscriptMessage } from '../transcript.ts';
import { charactersOf, textTokens } from './estimate-tokens.ts';

/** A text cut in its middle to at most so many tokens, with a note of what is missing. The text itself where it fits. */
export function shortenText(text: string, maxTokens: number): string {
  if (textTokens(text) <= maxTokens) return text;
  const note = `\n[… cut here: ${text.length} characters were too long for the context window …]\n`;
  // Halved until it fits: characters beyond ASCII take more than one byte.
  for (let length = charactersOf(maxTokens) - note.length; length > 0; length = Math.floor(length / 2)) {
    const shortened = firstPart(text, Math.ceil(length / 2)) + note + lastPart(text, Math.floor(length / 2));
    if (textTokens(shortened) <= maxTokens) return shortened;
  }
  return note;
}

/**
 * A message with each of its texts cut to at most so many tokens, and its images, where they are larger, replaced by a
 * note. Messages of the model stay as they are: what they say is bounded by its output limit.
 */
export function shortenMessage(message: TranscriptMessage, maxTokens: number): TranscriptMessage {
  switch (message.role) {
    case 'user': {
      const content = shortenBlocks(message.content, maxTokens);
      return content === message.content ? message : { ...message, content };
    }
    case 'tool': {
      const content = message.content.map((block) => {
        const shortened = shortenContent(block.content, maxTokens);
        return shortened === block.content ? block : { ...block, content: shortened };
      });
      return content.every((block, index) => block === message.content[index]) ? message : { ...message, content };
    }
    case 'assistant':
      return message;
  }
}

function shortenContent(content: ToolContent, maxTokens: number): ToolContent {
  return typeof content === 'string' ? shortenText(content, maxTokens) : shortenBlocks(content, maxTokens);
}

/** Images are dropped only where the limit is so low that a text of their size would be cut as well. */
const imageLimit = 2_000;

function shortenBlocks(blocks: readonly ContentBlock[], maxTokens: number): readonly ContentBlock[] {
  const shortened = blocks.map((block): ContentBlock => {
    if (block.type === 'image') {
      const text = '[An image was left out: the context window is too small for it.]';
      return maxTokens < imageLimit ? { type: 'text', text } : block;
    }
    const text = shortenText(block.text, maxTokens);
    // What its provider knows of a text does not hold for another one.
    return text === block.text ? block : { type: 'text', text };
  });
  return shortened.every((block, index) => block === blocks[index]) ? blocks : shortened;
}

/** Cut so that no surrogate pair is split. */
function firstPart(text: string, length: number): string {
  return text.slice(0, isLowSurrogate(text, length) ? length - 1 : length);
}

function lastPart(text: string, length: number): string {
  const start = text.length - length;
  return text.slice(isLowSurrogate(text, start) ? start + 1 : start);
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
