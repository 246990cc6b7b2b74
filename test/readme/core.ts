import { defineTool, run } from '@harness-sdk/core';
import { anthropic } from '@harness-sdk/providers-anthropic';
import { z } from 'zod';

const add = defineTool({
  name: 'add',
  description: 'Adds two numbers.',
  input: z.object({ a: z.number(), b: z.number() }),
  accessKinds: [], // pure computation: no permission needed
  execute: ({ a, b }) => String(a + b),
});

for await (const message of run('What is 2 + 2?', { model: anthropic('claude-sonnet-4-6'), tools: [add] })) {
  switch (message.type) {
    case 'text':
      if (message.isPartial) process.stdout.write(message.text);
      break;
    case 'tool_use':
      console.log(`\n${message.name}(${JSON.stringify(message.args)})`);
      break;
    case 'result':
      console.log(`\n${message.stopReason}: ${message.totalTokens} tokens`);
      break;
    default:
      break; // reasoning, tool results, system events
  }
}
