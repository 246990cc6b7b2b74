// Approval by another process: the run ends where it needs a yes, and goes on when somebody has given it.
//
//   ANTHROPIC_API_KEY=… node --conditions=@harness-sdk/source examples/approve-later.ts
//
// It keeps the session in the system's temporary directory and prints the command to approve with; that writes
// `haiku.txt` to the directory you start it in. Without a key: `node examples/recorded-server.ts approve-later`.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStore } from '@harness-sdk/core/node';
import { resume, run } from 'harness-sdk';
import { providerSettings } from './provider-settings.ts';

const [decision, sessionId, toolUseId] = process.argv.slice(2);
// Not in the directory that the agent works in: what was granted stands in it.
const session = sqliteStore({ path: join(tmpdir(), 'approve-later.db') });
const options = {
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  session,
  onApproval: () => 'defer' as const,
  providerSettings,
} as const;

const running =
  sessionId === undefined || toolUseId === undefined
    ? run('Write a haiku about the tide to haiku.txt.', options)
    : resume(sessionId, { ...options, approvals: { [toolUseId]: decision === 'yes' } });

for await (const message of running) {
  if (message.type === 'text' && !message.isPartial) console.log(message.text);
  if (message.type === 'tool_result') console.log(`${message.name}: ${message.outcome}`);
  if (message.type !== 'result') continue;
  for (const waiting of message.pendingApprovals) {
    console.log(`\n${waiting.name} waits: ${waiting.reason}\n${JSON.stringify(waiting.args, undefined, 2)}`);
    console.log(`Decide with: approve-later.ts yes|no ${message.sessionId} ${waiting.toolUseId}`);
  }
}
await session.close();
