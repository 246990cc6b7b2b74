import { run } from '@harness-sdk/core';
import { ollama } from '@harness-sdk/providers-ollama';

for await (const message of run('Count to five.', { model: ollama('gemma3:1b') })) {
  if (message.type === 'text' && message.isPartial) process.stdout.write(message.text);
  if (message.type === 'result') console.log(`${message.stopReason}: ${message.totalTokens} tokens`);
}
