// A first agent: the answer, then what it took.
//
//   ANTHROPIC_API_KEY=… node --conditions=@harness-sdk/source examples/hello.ts
//
// Without a key, run it against a recorded answer: `node examples/recorded-server.ts hello` says how.
import { run } from 'harness-sdk';
import { providerSettings } from './provider-settings.ts';

for await (const message of run('What is 2 + 2?', {
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  permissionMode: 'plan',
  providerSettings,
})) {
  if (message.type === 'text' && !message.isPartial) console.log(message.text);
  if (message.type === 'result') {
    console.log(`\nDone! Tokens: ${message.totalTokens}, Cost: $${message.totalCost?.toFixed(4) ?? ' unknown'}`);
  }
}
