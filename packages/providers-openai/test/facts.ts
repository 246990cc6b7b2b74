import type { AssistantBlock, Json, JsonObject, ModelErrorKind, ModelStop, Usage } from '@harness-sdk/core';
import { isObject, itemsOf, objectOf, textOf } from '../src/wire.ts';
import { deltaText, sha256 } from './collect.ts';
import type { Collected } from './collect.ts';
import { departures } from './departures.ts';
import type { ExpectedFacts, Recording } from './recordings.ts';

/** What came out of a call, in a form that can be compared with what a recording must give. */
export interface Facts {
  readonly text: string;
  readonly thinking: { readonly length: number; readonly sha256: string | undefined };
  readonly signatures: number;
  readonly encrypted: number;
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly args: unknown }[];
  readonly opaque: readonly string[];
  /** Of the end, or of the error. */
  readonly usage: Usage | undefined;
  readonly end:
    | {
        readonly stop: ModelStop;
        readonly rawStop: string;
        readonly model: string;
        readonly responseId: string;
        readonly costUsd: number | undefined;
      }
    | undefined;
  readonly error: { readonly kind: ModelErrorKind; readonly statusCode: number | undefined } | undefined;
}

/** Facts of what was collected. */
export function factsOf({ events, blocks, end, error }: Collected): Facts {
  const natives = blocks.flatMap((block) => (block.type === 'thinking' ? [objectOf(block.native)] : []));
  const details = natives.flatMap((native) => itemsOf(native['reasoning_details'])).filter(isObject);
  const thinking = deltaText(events, 'thinking_delta');
  return {
    text: deltaText(events, 'text_delta'),
    thinking: { length: thinking.length, sha256: thinking === '' ? undefined : sha256(thinking) },
    signatures: details.filter(({ signature }) => textOf(signature).length > 20).length,
    encrypted:
      natives.filter(({ encrypted_content: data }) => textOf(data).length > 20).length +
      details.filter(({ type, data }) => type === 'reasoning.encrypted' && textOf(data).length > 20).length,
    toolCalls: blocks.flatMap(toToolCall),
    opaque: blocks.flatMap((block) => (block.type === 'opaque' ? [block.kind] : [])),
    usage: end?.usage ?? error?.usage,
    end: end && {
      stop: end.stop,
      rawStop: end.rawStop ?? '',
      model: end.model ?? '',
      responseId: end.responseId ?? '',
      costUsd: end.costUsd,
    },
    error: error && { kind: error.kind, statusCode: error.statusCode },
  };
}

function toToolCall(block: AssistantBlock): Facts['toolCalls'] {
  return block.type === 'tool_call' ? [{ id: block.id, name: block.name, args: block.args }] : [];
}

/** True for a stream that ends well. */
export function isWhole({ name, status }: Recording): boolean {
  return status === 200 && !Object.hasOwn(errorKinds, name);
}

const errorKinds: Readonly<Record<string, ModelErrorKind>> = {
  'openai-responses/error-400-context-length.json': 'context_overflow',
  'openai-responses/error-400-invalid-function-schema.json': 'invalid_request',
  'openai-responses/error-400-model-not-found.json': 'invalid_request',
  'openai-responses/error-400-reasoning-item-orphan.json': 'invalid_request',
  'openai-responses/error-400-xai-bare-error-string.json': 'auth',
  'openai-responses/error-401-invalid-key.json': 'auth',
  'openai-responses/error-insufficient-quota-mid-stream.sse': 'quota',
  'openai-chat/error-400-context-openrouter.json': 'context_overflow',
  'openai-chat/error-400-ollama-cloud-context.json': 'context_overflow',
  'openai-chat/error-401-invalid-key.json': 'auth',
  'openai-chat/error-401-mistral-detail.json': 'auth',
  'openai-chat/error-404-model-not-found.json': 'invalid_request',
  'openai-chat/error-429-openrouter-upstream.json': 'rate_limit',
  'openai-chat/groq-error-tool-use-failed-mid-stream.sse': 'malformed_output',
};

function errorKindOf(name: string): ModelErrorKind {
  const kind = errorKinds[name];
  if (kind === undefined) throw new Error(`No kind of error is written down for ${name}.`);
  return kind;
}

/** What a recording must give: what its manifest says, but for the departures that are written down with their reasons. */
export function expectedFacts(recording: Recording): Facts {
  const { name, status, api } = recording;
  const expected: ExpectedFacts = { ...recording.expected, ...departures[name]?.facts?.(recording) };
  const { thinking, error } = expected;
  return {
    text: expected.text + (expected.refusal ?? ''),
    thinking: { length: thinking?.textLength ?? 0, sha256: thinking?.textSha256 ?? undefined },
    signatures: thinking?.signatures ?? 0,
    encrypted: thinking?.encryptedItems ?? 0,
    toolCalls: expected.toolCalls.map(({ id, name: tool, args }) => ({ id, name: tool, args })),
    opaque: expected.serverToolCalls.map(({ type }) => type),
    usage: error === null ? expectedUsage(expected, api, departures[name]?.usage) : undefined,
    end: error === null ? expectedEnd(expected, api) : undefined,
    error: error === null ? undefined : { kind: errorKindOf(name), statusCode: status === 200 ? undefined : status },
  };
}

const stops: Readonly<Record<string, ModelStop>> = {
  max_output_tokens: 'length',
  length: 'length',
};

function expectedEnd(expected: ExpectedFacts, api: Recording['api']): Facts['end'] {
  const { stopReason, incompleteReason, toolCalls, refusal, model, responseId } = expected;
  const rawStop = (api === 'responses' ? (incompleteReason ?? stopReason) : stopReason) ?? '';
  const byContent = toolCalls.length > 0 ? 'tool_calls' : refusal ? 'refusal' : 'end';
  return {
    stop: stops[rawStop] ?? byContent,
    rawStop,
    model: model ?? '',
    responseId: responseId ?? '',
    costUsd: expectedCost(expected.usageRaw ?? {}),
  };
}

function expectedCost({ cost, cost_in_usd_ticks: ticks }: Readonly<Record<string, unknown>>): number | undefined {
  if (typeof cost === 'number') return cost;
  return typeof ticks === 'number' && ticks > 0 ? ticks / 1e10 : undefined;
}

/** The reported counts in our shape: input without what was cached, output with reasoning. */
function expectedUsage({ usage, usageRaw }: ExpectedFacts, api: Recording['api'], counts: Usage | undefined): Usage {
  if (usage === null) return {};
  // Plain JSON, as the manifest has it.
  const raw = usageRaw as JsonObject as Json;
  if (counts !== undefined) return { ...counts, raw };
  const { input, output, cacheRead, cacheWrite, reasoning, total } = usage;
  const isApart = api === 'chat' && total === (input ?? 0) + (output ?? 0) + (reasoning ?? 0);
  const writes = [{ ttl: 'default', tokens: cacheWrite ?? 0 }].filter(({ tokens }) => tokens > 0);
  return {
    input: (input ?? 0) - (cacheRead ?? 0) - (cacheWrite ?? 0),
    output: (output ?? 0) + (isApart ? (reasoning ?? 0) : 0),
    ...(cacheRead === null ? {} : { cacheRead }),
    ...(cacheWrite === null ? {} : { cacheWrites: writes }),
    ...(reasoning === null ? {} : { reasoning }),
    raw,
  };
}
