import { run } from '@harness-sdk/core';
import { anthropic } from '@harness-sdk/providers-anthropic';

for await (const message of run('Which language should I learn?', { model: anthropic('claude-haiku-4-5') })) {
  if (message.type === 'text' && message.isPartial) process.stdout.write(message.text);
  if (message.type === 'result') console.log(`\n${message.stopReason}: ${message.totalTokens} tokens`);
}
