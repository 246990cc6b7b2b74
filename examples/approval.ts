// Custom approval: reads pass by themselves, and before anything is written you are asked.
//
//   ANTHROPIC_API_KEY=… node --conditions=@harness-sdk/source examples/approval.ts
//
// It writes `haiku.txt` to the directory you start it in, if you let it. Without a key:
// `node examples/recorded-server.ts approval`.
import { createInterface } from 'node:readline/promises';
import { run, type ApprovalAnswer, type ApprovalRequest } from 'harness-sdk';
import { providerSettings } from './provider-settings.ts';

async function ask({ name, args, reason, signal }: ApprovalRequest): Promise<ApprovalAnswer> {
  console.log(`\n${name} asks for permission: ${reason}\n${JSON.stringify(args, undefined, 2)}`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Allow it? [y/N] ', { signal }).finally(() => terminal.close());
  if (answer.trim().toLowerCase() === 'y') return { decision: 'allow' };
  return { decision: 'deny', reason: 'The user does not want this. Go on without it.' };
}

for await (const message of run('Write a haiku about the tide to haiku.txt.', {
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  permissionMode: 'default',
  onApproval: ask,
  providerSettings,
})) {
  if (message.type === 'text' && !message.isPartial) console.log(message.text);
  if (message.type === 'tool_result') console.log(`${message.name}: ${message.outcome}`);
  if (message.type === 'result') console.log(`\nDenied: ${message.denials.length}`);
}
