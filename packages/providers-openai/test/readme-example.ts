import { run } from '@harness-sdk/core';
import { openai } from '@harness-sdk/providers-openai';

for await (const message of run('Ping?', { model: openai('gpt-5.5') })) {
  if (message.type === 'text' && message.isPartial) process.stdout.write(message.text);
  if (message.type === 'result') console.log(`\n${message.stopReason}: ${message.totalTokens} tokens`);
}
