// What a run took: tokens and dollars, in all and by model, and what the price rests on.
//
//   ANTHROPIC_API_KEY=… node --conditions=@harness-sdk/source examples/cost.ts
//
// Without a key: `node examples/recorded-server.ts cost`.
import { run, type Cost } from 'harness-sdk';
import { providerSettings } from './provider-settings.ts';

/** A price that is not known is `undefined`, and never 0. */
function priceLine(cost: Cost | undefined): string {
  if (cost === undefined) return 'unknown';
  const source = cost.asOf === undefined ? cost.basis : `${cost.basis} of ${cost.asOf}`;
  return `$${cost.usd.toFixed(4)} (${source})`;
}

const result = await run('Analyze this codebase.', {
  provider: 'anthropic',
  model: 'claude-sonnet-5',
  permissionMode: 'plan',
  cwd: import.meta.dirname,
  providerSettings,
}).result();

console.log(result.text);
console.log(`\nSession: ${result.sessionId}`);
console.log(`Turns: ${result.turns}`);
console.log(`Tool calls: ${result.toolCalls}`);
console.log(`Tokens: ${result.totalTokens.toLocaleString('en-US')}`);
console.log(`Cost: ${priceLine(result.cost)}`);

for (const [name, { calls, usage, cost }] of Object.entries(result.usageByModel)) {
  const { input = 0, cacheRead = 0, output = 0 } = usage;
  console.log(`  ${name}: ${calls} calls, ${input} in, ${cacheRead} from the cache, ${output} out, ${priceLine(cost)}`);
}
