import type { Effort, ModelRequest, TranscriptMessage } from '@harness-sdk/core';
import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/messages';
import type { ThinkingControl } from './model-info.ts';

/** The two parameters that say how hard to think. */
export interface ThinkingParams {
  readonly thinking?: NonNullable<MessageCreateParamsStreaming['thinking']>;
  readonly effort?: 'low' | 'medium' | 'high' | 'max';
}

type Thinking = Exclude<Effort, 'none'>;

const efforts = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', max: 'max' } as const;

/** Tokens to think with, on models that want a number. Ours: the API only asks for at least 1,024. */
const budgets: Readonly<Record<Thinking, number>> = {
  minimal: 1_024,
  low: 4_096,
  medium: 8_192,
  high: 16_384,
  max: 32_768,
};

/** The API's least budget. @see https://platform.claude.com/docs/en/build-with-claude/extended-thinking */
const minBudget = 1_024;

/**
 * The parameters for an effort. Without one nothing is sent, and the model does what it does by default.
 *
 * @param maxTokens - The output limit of the call; thinking counts towards it.
 */
export function toThinking(
  request: Pick<ModelRequest, 'effort' | 'toolChoice' | 'messages'>,
  control: ThinkingControl,
  maxTokens: number,
): ThinkingParams {
  const { effort } = request;
  if (effort === undefined) return {};
  if (effort === 'none') return withoutThinking(control);
  // The API refuses to think where it must call a tool.
  const isForced = request.toolChoice === 'required' || typeof request.toolChoice === 'object';
  switch (control.by) {
    case 'adaptive':
      return { effort: efforts[effort], ...(isForced ? {} : { thinking: { type: 'adaptive' } }) };
    case 'budget':
      return isForced ? {} : withBudget(effort, request.messages, maxTokens);
    case 'budget_and_effort':
      return { effort: capped(effort), ...(isForced ? {} : withBudget(effort, request.messages, maxTokens)) };
    case 'effort':
      return { effort: efforts[effort] };
  }
}

function withoutThinking({ by, off }: ThinkingControl): ThinkingParams {
  if (off === 'lowest') return { effort: 'low' };
  // These do not think unless they are told to.
  if (by !== 'adaptive') return {};
  return { thinking: { type: off } };
}

/** Half of the output is left for the answer. */
function withBudget(effort: Thinking, messages: readonly TranscriptMessage[], maxTokens: number): ThinkingParams {
  const budget = Math.min(budgets[effort], Math.floor(maxTokens / 2));
  if (budget < minBudget || !canThinkOn(messages)) return {};
  return { thinking: { type: 'enabled', budget_tokens: budget } };
}

/**
 * In the middle of a turn with tools, thinking goes on only from thinking: the API refuses a budget where the assistant
 * message that made the calls does not start with a thinking block, as one of another provider or model does not.
 */
function canThinkOn(messages: readonly TranscriptMessage[]): boolean {
  const lastAssistant = messages.findLast(({ role }) => role === 'assistant');
  const isInsideTurn = messages.at(-1)?.role === 'tool';
  if (!isInsideTurn || lastAssistant?.role !== 'assistant') return true;
  const [first] = lastAssistant.content;
  return lastAssistant.origin?.provider === 'anthropic' && first?.type === 'thinking' && first.native !== undefined;
}

/** `max` is not for all models that have an effort. */
function capped(effort: Thinking): 'low' | 'medium' | 'high' {
  const mapped = efforts[effort];
  return mapped === 'max' ? 'high' : mapped;
}
