// Runs of 500 turns, one after the other, in a process of their own. Prints what they leave behind: warnings of the
// process, and bytes of the heap after the first run and after the last.
import { run } from '../src/agent/run.ts';
import { allowAll, longModel, readTool } from './long-run.ts';

const turns = 500;
const runs = Number(process.argv[2]);
const warnings: string[] = [];
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));

async function once(): Promise<number> {
  const controller = new AbortController();
  const model = longModel({ window: 6_000, turns });
  const options = { model, tools: [readTool], permissions: allowAll, signal: controller.signal };
  const { turns: done } = await run('Read on.', options).result();
  return done;
}

/** Bytes in use once nothing that could be collected is left. */
async function heapBytes(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('Start me with --expose-gc.');
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

const done: number[] = [await once()];
const first = await heapBytes();
for (let count = 1; count < runs; count++) done.push(await once());
const last = await heapBytes();
console.log(JSON.stringify({ done, warnings, first, last }));
