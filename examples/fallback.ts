// Two models: the second takes over where the first fails, here because it is overloaded.
//
//   ANTHROPIC_API_KEY=… node --conditions=@harness-sdk/source examples/fallback.ts
//
// Without a key: `node examples/recorded-server.ts fallback`, where the first answer is "Overloaded".
import { createAnthropic } from '@harness-sdk/providers-anthropic';
import { run } from 'harness-sdk';
import { providerSettings } from './provider-settings.ts';

const anthropic = createAnthropic(providerSettings);

for await (const message of run('What is 2 + 2?', {
  model: [anthropic('claude-sonnet-5'), anthropic('claude-haiku-4-5')],
  // A failure that a retry may cure would be retried first: 4 attempts by default.
  retry: { maxAttempts: 1 },
  permissionMode: 'plan',
})) {
  if (message.type === 'system' && message.subtype === 'model_switch') {
    const { from, to, reason, error } = message.data;
    console.log(`${from.id} -> ${to.id}: ${reason}, ${error?.kind ?? 'no error'}`);
  }
  if (message.type === 'text' && !message.isPartial) console.log(message.text);
  if (message.type === 'result') console.log(`Answered by: ${Object.keys(message.usageByModel).at(-1)}`);
}
