import { checkOptions, nearestName } from '../check-options.ts';
import { OptionError } from '../errors.ts';
import { checkModelChoice } from './check-model.ts';
import type { AgentOptions } from './options.ts';
import { taskToolName, type SubAgent } from './sub-agent.ts';

/**
 * Checks the sub-agents of an agent.
 *
 * @throws OptionError
 */
export function checkSubAgents({ agents, tools = [] }: AgentOptions): void {
  if (agents === undefined) return;
  const names = tools.map(({ name }) => name);
  if (names.includes(taskToolName)) {
    throw new OptionError(
      'tools',
      `A tool is named "${taskToolName}": with \`agents\` the name belongs to the tool that starts them.`,
    );
  }
  for (const [name, agent] of Object.entries(agents)) checkSubAgent(name, agent, names);
}

function checkSubAgent(name: string, agent: SubAgent, tools: readonly string[]): void {
  const path = `agents.${name}`;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    throw new OptionError(
      path,
      `Expected a sub-agent's name of 1 to 64 letters, digits, "_" or "-", got ${JSON.stringify(name)}.`,
    );
  }
  checkOptions('run', agent, agentRules, `${path}.`);
  if (agent.model !== undefined) checkModelChoice(agent.model, `${path}.model`);
  for (const tool of agent.tools ?? []) {
    if (tools.includes(tool)) continue;
    const nearest = nearestName(tool, tools);
    const hint = nearest === undefined ? `The tools are: ${tools.join(', ') || 'none'}.` : `Did you mean "${nearest}"?`;
    throw new OptionError(
      `${path}.tools`,
      `The sub-agent "${name}" names the tool "${tool}", which its parent does not have. ${hint}`,
    );
  }
}

const agentRules = {
  description: { type: 'string', required: true },
  system: { type: 'string' },
  model: {},
  tools: { type: 'array' },
  permissions: { type: 'object' },
  budget: {
    type: 'object',
    fields: {
      maxCost: { type: 'number', min: 0, exclusive: true, finite: true },
      maxTokens: { type: 'number', min: 1, integer: true },
      maxTurns: { type: 'number', min: 1, integer: true },
      maxDurationMs: { type: 'number', min: 1, integer: true },
      warnAt: { type: 'array' },
    },
  },
  maxOutputTokens: { type: 'number', min: 1, integer: true },
  effort: { oneOf: ['none', 'minimal', 'low', 'medium', 'high', 'max'] },
} as const;
