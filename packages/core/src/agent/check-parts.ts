import { OptionError } from '../errors.ts';
import type { Tool } from '../tool.ts';
import { checkAgentBudget, checkBudget } from './check-budget.ts';
import { checkModel, checkModelChoice } from './check-model.ts';
import { checkFallback } from './fallback-options.ts';
import { checkCompaction } from './compaction-options.ts';
import { checkSubAgents } from './check-sub-agents.ts';
import { isTranscriptMessage } from './is-content.ts';
import type { AgentOptions, RunOptions } from './options.ts';

/**
 * Checks what the parts of an agent are made of, as far as a run would trip over it later.
 *
 * @throws OptionError
 */
export function checkParts(options: AgentOptions & Pick<RunOptions, 'sessionId' | 'history' | 'signal'>): void {
  const { model, fallback, permissions, prices, session, signal, sessionId, tools = [], history = [] } = options;
  checkModelChoice(model);
  checkFallback(fallback);
  checkPart('permissions', permissions, ['decide'], 'a PermissionPolicy');
  checkPart('prices', prices, ['price'], 'a PriceBook');
  checkPart('session', session, ['append', 'read'], 'a SessionStore');
  checkPart('signal', signal, ['addEventListener', 'removeEventListener'], 'an AbortSignal');
  if (sessionId === '') throw new OptionError('sessionId', 'Expected `sessionId` of run to be an id, got "".');
  checkTools(tools);
  checkSubAgents(options);
  checkHistory(history);
  checkBudget(options);
  for (const [name, agent] of Object.entries(options.agents ?? {})) checkAgentBudget(options, name, agent);
  checkCache(options.cache);
  checkCompaction(options.compaction);
  checkSummarizer(options.compaction);
}

function checkPart(option: string, part: object | undefined, methods: readonly string[], expected: string): void {
  if (part === undefined) return;
  for (const method of methods) {
    if (typeof Reflect.get(part, method) === 'function') continue;
    const message = `Expected \`${option}\` of run to be ${expected}; the object given has no ${method}().`;
    throw new OptionError(option, message);
  }
}

function checkSummarizer(compaction: AgentOptions['compaction']): void {
  const model = compaction === false ? undefined : compaction?.model;
  if (model === undefined) return;
  checkModel('compaction.model', model);
}

function checkTools(tools: readonly Tool[]): void {
  const names = new Set<string>();
  for (const [index, tool] of tools.entries()) {
    if (!isTool(tool)) {
      const path = `tools[${index}]`;
      throw new OptionError(path, `Expected \`${path}\` of run to be a tool; make one with defineTool().`);
    }
    if (names.has(tool.name)) {
      throw new OptionError('tools', `Two tools are named "${tool.name}". Names must be unique.`);
    }
    names.add(tool.name);
  }
}

function isTool(value: Partial<Tool> | undefined): value is Tool {
  if (typeof value !== 'object' || value === null) return false;
  const { name, inputSchema, accessKinds, effect = '', validate, access, execute, preview = execute } = value;
  const hasMethods = [validate, access, execute, preview].every((method) => typeof method === 'function');
  const isNamed = typeof name === 'string' && name !== '';
  const hasSchema = typeof inputSchema === 'object' && inputSchema !== null;
  return hasMethods && isNamed && hasSchema && Array.isArray(accessKinds) && effects.has(effect);
}

const effects: ReadonlySet<string> = new Set(['none', 'idempotent', 'once']);

function checkHistory(history: readonly unknown[]): void {
  for (const [index, message] of history.entries()) {
    if (isTranscriptMessage(message)) continue;
    const path = `history[${index}]`;
    const expected = 'a message with the role user, assistant or tool and a list of its blocks';
    throw new OptionError(path, `Expected \`${path}\` of run to be ${expected}, got something else.`);
  }
}

function checkCache(cache: unknown): void {
  if (cache === undefined || typeof cache === 'boolean' || typeof cache === 'string') return;
  const message = `Expected \`cache\` of run to be a boolean or a lifetime such as "1h", got ${typeof cache}.`;
  throw new OptionError('cache', message);
}
