import { defineTool, jsonSchema } from '../define-tool.ts';
import type { Tool } from '../tool.ts';
import { taskToolName, type SubAgent } from './sub-agent.ts';

/** What a call of `Task` says. */
export interface TaskArgs {
  readonly agent: string;
  readonly prompt: string;
}

/**
 * The tool that the model gives tasks to sub-agents with. The driver starts them in place of `execute`, which is only there
 * for other tools that call it.
 */
export function createTaskTool(agents: Readonly<Record<string, SubAgent>>): Tool {
  const names = Object.keys(agents);
  const list = Object.entries(agents).map(([name, { description }]) => `- ${name}: ${description}`);
  const properties = {
    agent: { type: 'string', enum: names, description: 'Which agent gets the task.' },
    prompt: {
      type: 'string',
      minLength: 1,
      description: 'The task, with all that the agent has to know: it sees nothing of this conversation.',
    },
  };
  return defineTool({
    name: taskToolName,
    description: `Gives a task to another agent and returns its report. Several tasks in one turn are worked on side by side.\nThe agents are:\n${list.join('\n')}`,
    input: jsonSchema(
      { type: 'object', properties, required: ['agent', 'prompt'], additionalProperties: false },
      (value) => readTask(value, names),
    ),
    accessKinds: ['spawn'],
    access: ({ agent }) => [{ kind: 'spawn', agent }],
    // Its session goes on where it stopped.
    effect: 'idempotent',
    execute: () => ({ content: 'A tool cannot give tasks to agents; the model calls Task itself.', isError: true }),
  });
}

function readTask(value: unknown, names: readonly string[]) {
  const { agent, prompt, ...others }: Record<string, unknown> =
    typeof value === 'object' && value !== null ? { ...value } : {};
  const issues = [];
  if (typeof agent !== 'string' || !names.includes(agent)) {
    issues.push({ path: ['agent'], message: `Expected one of ${names.join(', ')}` });
  }
  if (typeof prompt !== 'string' || prompt.trim() === '') {
    issues.push({ path: ['prompt'], message: 'Expected the task as text' });
  }
  for (const name of Object.keys(others)) issues.push({ path: [name], message: 'Expected no such field' });
  if (issues.length > 0) return { issues };
  // Both were checked above.
  return { value: { agent, prompt } as TaskArgs };
}
