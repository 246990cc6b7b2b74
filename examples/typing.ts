// Live typing: text is shown as it arrives. A connection that breaks is tried again, and what was shown of that turn is
// void then: the chunks of the next attempt begin from the start, and their `attempt` is higher.
//
//   ANTHROPIC_API_KEY=… node --conditions=@harness-sdk/source examples/typing.ts
//
// Without a key: `node examples/recorded-server.ts typing`. There the first stream breaks off in the middle.
import { run } from 'harness-sdk';
import { providerSettings } from './provider-settings.ts';

let attempt = 1;

for await (const message of run('Write a haiku about the tide.', {
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  permissionMode: 'plan',
  providerSettings,
})) {
  if (message.type === 'text' && message.isPartial) {
    if (message.attempt !== undefined && message.attempt > attempt) {
      process.stdout.write('\n--- the connection was lost; once more ---\n');
      attempt = message.attempt;
    }
    process.stdout.write(message.text);
  } else if (message.type === 'text') {
    // The turn is complete, and its text always right. The next turn counts its attempts from 1 again.
    process.stdout.write('\n');
    attempt = 1;
  }
}
