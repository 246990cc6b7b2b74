// An answer of a type of your own: `Result.output` is what the schema makes of the model's JSON.
//
//   ANTHROPIC_API_KEY=… node --conditions=@harness-sdk/source examples/structured-output.ts
//
// Without a key: `node examples/recorded-server.ts structured-output`, where the first answer does not fit, and is mended.
import { run } from 'harness-sdk';
import { z } from 'zod';
import { providerSettings } from './provider-settings.ts';

const City = z.object({ name: z.string(), people: z.number().int() });

const { output, turns } = await run('Which city has the highest church tower, and how many people live there?', {
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  permissionMode: 'plan',
  output: City,
  providerSettings,
}).result();

if (output !== undefined) {
  console.log(`${output.name} has ${output.people.toLocaleString('en-US')} people. Turns: ${turns}`);
}
