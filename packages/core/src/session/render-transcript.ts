import type { AssistantBlock, ContentBlock, ToolContent, TranscriptMessage } from '../transcript.ts';
import { textTokens } from './estimate-tokens.ts';
import { shortenText } from './shorten-message.ts';

/** Messages as one text, for a model that is to summarize them; one that is longer than `maxTokens` is cut. */
export function renderTranscript(messages: readonly TranscriptMessage[], maxTokens: number): string {
  return messages.map((message) => shortenText(render(message), maxTokens)).join('\n\n');
}

/** Tokens of a message as text, estimated on the safe side. */
export function renderedTokens(message: TranscriptMessage): number {
  return textTokens(render(message)) + 2;
}

function render(message: TranscriptMessage): string {
  switch (message.role) {
    case 'user':
      return `[user]\n${contentText(message.content)}`;
    case 'assistant':
      return `[assistant]\n${message.content.flatMap(blockText).join('\n')}`;
    case 'tool':
      return message.content
        .map(({ name, content, isError }) => `[${isError ? 'failed' : 'result of'} ${name}]\n${contentText(content)}`)
        .join('\n');
  }
}

/** Reasoning and what only its provider understands are left out. */
function blockText(block: AssistantBlock): readonly string[] {
  if (block.type === 'text') return [block.text];
  if (block.type !== 'tool_call') return [];
  return [`[calls ${block.name}] ${block.rawArgs ?? JSON.stringify(block.args ?? null)}`];
}

function contentText(content: ToolContent): string {
  if (typeof content === 'string') return content;
  return content.map((block: ContentBlock) => (block.type === 'text' ? block.text : '[image]')).join('\n');
}
