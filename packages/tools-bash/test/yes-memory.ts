import { createWorkspace } from '@harness-sdk/core/node';
import { createBash } from '../src/index.ts';
import { callTool } from './call-tool.ts';

// Runs `yes` until its time limit, in a process of its own, and prints by how many bytes memory grew at most.
const timeoutMs = Number(process.argv[2]);
const tool = createBash(createWorkspace({ root: '.' }));
const cwd = process.cwd();
// What the first call loads and compiles is no growth.
await callTool(tool, { command: 'echo one' }, { cwd });
const before = process.memoryUsage.rss();
let most = before;
const timer = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 10);
const { isError } = await callTool(tool, { command: 'yes', timeout_ms: timeoutMs }, { cwd });
clearInterval(timer);
console.log(JSON.stringify({ growth: most - before, isError }));
