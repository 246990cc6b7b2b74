import { run } from '@harness-sdk/core';
import { google } from '@harness-sdk/providers-google';

for await (const message of run('Write a poem about cats', { model: google('gemini-2.5-flash-lite') })) {
  if (message.type === 'text' && message.isPartial) process.stdout.write(message.text);
  if (message.type === 'result') console.log(`\n${message.stopReason}: ${message.totalTokens} tokens`);
}
