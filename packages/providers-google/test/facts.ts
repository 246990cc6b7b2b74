import type { AssistantBlock, Json, ModelErrorKind, ModelStop, Usage } from '@harness-sdk/core';
import { deltaText, sha256 } from './collect.ts';
import type { Collected } from './collect.ts';
import type { ExpectedFacts, Recording } from './recordings.ts';

/** What came out of a call, in a form that can be compared with what a recording must give. */
export interface Facts {
  readonly text: string;
  readonly thinking: { readonly length: number; readonly sha256: string | undefined };
  /** How many parts are signed. */
  readonly signatures: number;
  /** `id` is `undefined` where we made it. */
  readonly toolCalls: readonly { readonly id: string | undefined; readonly name: string; readonly args: unknown }[];
  /** Parts that only the vendor understands, by kind; what it says about its sources is not among them. */
  readonly opaque: readonly string[];
  readonly hasSources: boolean;
  /** Of the end, or of the error. */
  readonly usage: Usage | undefined;
  readonly end:
    | { readonly stop: ModelStop; readonly rawStop: string; readonly model: string; readonly responseId: string }
    | undefined;
  readonly error:
    | { readonly kind: ModelErrorKind; readonly statusCode: number | undefined; readonly contentStarted: boolean }
    | undefined;
}

const sources = /Metadata$/;

/** Facts of what was collected. */
export function factsOf({ events, blocks, end, error }: Collected): Facts {
  const thinking = deltaText(events, 'thinking_delta');
  const kinds = blocks.flatMap((block) => (block.type === 'opaque' ? [block.kind] : []));
  return {
    text: deltaText(events, 'text_delta'),
    thinking: { length: thinking.length, sha256: thinking === '' ? undefined : sha256(thinking) },
    signatures: blocks.filter((block) => isEncoded(nativeOf(block).thoughtSignature)).length,
    toolCalls: blocks.flatMap((block) =>
      block.type === 'tool_call'
        ? [{ id: sentId(block, nativeOf(block).functionCall?.id), name: block.name, args: block.args }]
        : [],
    ),
    opaque: kinds.filter((kind) => !sources.test(kind)),
    hasSources: kinds.includes('groundingMetadata'),
    usage: end?.usage ?? error?.usage,
    end: end && pick(end),
    error: error && { kind: error.kind, statusCode: error.statusCode, contentStarted: error.contentStarted },
  };
}

function pick({ stop, rawStop = '', model = '', responseId = '' }: NonNullable<Collected['end']>): Facts['end'] {
  return { stop, rawStop, model, responseId };
}

interface Native {
  readonly thoughtSignature?: string;
  readonly functionCall?: { readonly id?: string };
}

function nativeOf(block: AssistantBlock): Native {
  // The adapter's own form of it, which these tests are about.
  return ('native' in block ? block.native : {}) as Native;
}

function sentId(block: { readonly id: string }, sent: string | undefined): string | undefined {
  if (sent !== undefined && sent !== block.id) throw new Error(`Expected the id ${sent}, got ${block.id}.`);
  return sent;
}

function isEncoded(value: string | undefined): boolean {
  return /^[A-Za-z0-9+/=_-]{20,}$/.test(value ?? '');
}

const stops: Readonly<Record<string, ModelStop>> = { STOP: 'end', MAX_TOKENS: 'length', SAFETY: 'refusal' };

/** By name; what is not here is no error. */
const errorKinds: Readonly<Record<string, ModelErrorKind>> = {
  'error-400-api-key.json': 'auth',
  'error-404-model.json': 'invalid_request',
  'error-429-quota-retry-info.json': 'rate_limit',
  'error-503-overloaded.json': 'overloaded',
  'error-mid-stream-bare-json.sse': 'server',
  'finish-malformed-function-call-gemini-2.5-flash.sse': 'malformed_output',
};

/** What a recording must give. */
export function expectedFacts({ name, status, expected }: Recording): Facts {
  const { thinking, text, toolCalls } = expected;
  const kind = errorKinds[name];
  if (kind === undefined && expected.error !== null) throw new Error(`No kind of error is written down for ${name}.`);
  return {
    text,
    thinking: { length: thinking?.textLength ?? 0, sha256: thinking?.textSha256 ?? undefined },
    signatures: thinking?.signatures ?? 0,
    toolCalls: toolCalls.map((call) => ({ ...call, id: call.id ?? undefined })),
    opaque: expected.serverToolCalls.map(({ type }) => type),
    hasSources: expected.grounding === true,
    usage: expectedUsage(expected, kind !== undefined),
    end: kind === undefined ? expectedEnd(expected) : undefined,
    error: kind && { kind, statusCode: status === 200 ? undefined : status, contentStarted: text !== '' },
  };
}

function expectedEnd({ stopReason, blockReason, model, responseId, toolCalls }: ExpectedFacts): Facts['end'] {
  const stop = stops[stopReason ?? ''] ?? 'refusal';
  return {
    stop: stop === 'end' && toolCalls.length > 0 ? 'tool_calls' : stop,
    rawStop: stopReason ?? blockReason ?? '',
    model: model ?? '',
    responseId: responseId ?? '',
  };
}

/** The reported counts in our shape: nothing that was cached in the input, and thoughts in the output. */
function expectedUsage({ usage, usageRaw }: ExpectedFacts, isError: boolean): Usage | undefined {
  if (usage === null) return isError ? undefined : {};
  const { totalInput, output, cacheRead, reasoning } = usage;
  const hasOutput = output !== null || reasoning !== null;
  return {
    ...(totalInput === null ? {} : { input: totalInput - (cacheRead ?? 0) }),
    ...(cacheRead === null ? {} : { cacheRead }),
    ...(hasOutput ? { output: (output ?? 0) + (reasoning ?? 0) } : {}),
    ...(reasoning === null ? {} : { reasoning }),
    // Plain JSON, as the manifest has it.
    raw: usageRaw as Json,
  };
}
