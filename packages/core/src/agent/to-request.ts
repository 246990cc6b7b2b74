import type { ModelRequest } from '../model.ts';
import { lastTurnPrompt, type SessionState } from '../session/state.ts';
import type { Tool } from '../tool.ts';
import type { RunSettings } from './options.ts';

/** The request of a model call: a pure function of the state and the options, so that its prefix is stable. */
export function toRequest(
  state: SessionState,
  settings: RunSettings,
  isLastTurn: boolean,
): Omit<ModelRequest, 'signal'> {
  const { system, maxOutputTokens, effort, cache = true, providerOptions, outputSpec } = settings;
  const request = {
    messages: [...state.messages],
    tools: offeredTools(settings).map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
    cache,
    ...(outputSpec === undefined ? {} : { output: { name: 'output', schema: outputSpec.schema } }),
    ...(system === undefined ? {} : { system }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(effort === undefined ? {} : { effort }),
    ...(providerOptions === undefined ? {} : { providerOptions }),
  };
  return isLastTurn ? asLastTurn(request) : request;
}

/** The request for the final answer. The tools stay declared, so that the cached prefix holds. */
export function asLastTurn(request: Omit<ModelRequest, 'signal'>): Omit<ModelRequest, 'signal'> {
  return { ...request, messages: [...request.messages, lastTurnPrompt], toolChoice: 'none' };
}

/** The tools that the policy does not rule out from the start, in declared order. */
export function offeredTools(settings: RunSettings): readonly Tool[] {
  const { permissions, tools } = settings;
  return tools.filter(({ name, accessKinds }) => permissions.offers?.({ name, accessKinds }) ?? true);
}
