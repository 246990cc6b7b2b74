// A security reviewer in 40 lines: it reads the file and reports what it finds, as a table.
//
//   ANTHROPIC_API_KEY=… node --conditions=@harness-sdk/source examples/reviewer.ts
//
// Plan mode makes it read only. What is denied there is denied by the engine and not by the prompt, so nothing that is
// written in the reviewed file can make it change a file or run a command. Without a key:
// `node examples/recorded-server.ts reviewer`. The grown-up version is apps/security-reviewer.
import { run } from 'harness-sdk';
import { providerSettings } from './provider-settings.ts';

const reviewPrompt = `Review the file review_target.py for security vulnerabilities.
For each issue found, report:
1. Line number
2. Severity (Critical/High/Medium/Low)
3. Issue description
4. Recommended fix
Format as a markdown table.`;

const findings: string[] = [];

for await (const message of run(reviewPrompt, {
  provider: 'anthropic',
  model: 'claude-sonnet-5',
  permissionMode: 'plan',
  cwd: import.meta.dirname,
  budget: { maxCost: 0.5, maxTurns: 10 },
  providerSettings,
})) {
  if (message.type === 'text' && !message.isPartial) findings.push(message.text);
  if (message.type === 'result') {
    console.log(`Review complete (${message.stopReason}). Cost: $${message.totalCost?.toFixed(4) ?? ' unknown'}`);
  }
}

console.log(findings.join('\n'));
