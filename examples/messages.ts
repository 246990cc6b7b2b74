// Every kind of message, in one switch that the compiler checks: a type left out does not compile.
//
//   ANTHROPIC_API_KEY=… node --conditions=@harness-sdk/source examples/messages.ts
//
// Without a key: `node examples/recorded-server.ts messages`.
import { run, type Message } from 'harness-sdk';
import { providerSettings } from './provider-settings.ts';

/** One line for a message, or `undefined` where there is nothing to say. */
function lineFor(message: Message): string | undefined {
  switch (message.type) {
    case 'text':
      return message.isPartial ? undefined : `Agent: ${message.text}`;
    case 'thinking':
      return message.isPartial ? undefined : `Thinking: ${message.text}`;
    case 'tool_use':
      return `Tool call: ${message.name}(${JSON.stringify(message.args)})`;
    case 'tool_result':
      return message.isError ? `Error: ${JSON.stringify(message.content)}` : `${message.name} is done`;
    case 'compaction':
      return `Compacted ${message.tokensBefore} tokens to ${message.tokensAfter}`;
    case 'system':
      return `System: ${message.subtype}`;
    case 'result':
      return `Done in ${message.turns} turns, ${message.toolCalls} tool calls (${message.stopReason})`;
    default:
      return neverLeftOut(message);
  }
}

function neverLeftOut(message: never): never {
  throw new TypeError(`Not a message: ${JSON.stringify(message)}`);
}

for await (const message of run('Refactor utils.py.', {
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  permissionMode: 'plan',
  providerSettings,
})) {
  const line = lineFor(message);
  if (line !== undefined) console.log(line);
}
