import { run } from 'harness-sdk';

for await (const message of run('What is 2 + 2?', { provider: 'anthropic', model: 'claude-sonnet-4-6' })) {
  if (message.type === 'text' && !message.isPartial) console.log(message.text);
  if (message.type === 'result') {
    const { totalTokens, totalCost } = message;
    console.log(`Tokens: ${totalTokens}, cost: $${totalCost?.toFixed(4) ?? '?'}`);
  }
}
