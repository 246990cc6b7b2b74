import type { AssistantBlock, Json, ModelErrorKind, ModelStop, Usage } from '@harness-sdk/core';
import { deltaText, sha256 } from './collect.ts';
import type { Collected } from './collect.ts';
import type { ExpectedFacts, RawUsage, Recording } from './recordings.ts';

/** What came out of a call, in a form that can be compared with what a recording must give. */
export interface Facts {
  readonly text: string;
  readonly thinking: {
    readonly length: number;
    readonly sha256: string | undefined;
    readonly signatures: number;
    readonly redacted: number;
  };
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly args: unknown }[];
  readonly opaque: readonly string[];
  readonly citations: number;
  /** Of the end, or of the error. */
  readonly usage: Usage | undefined;
  readonly end:
    | { readonly stop: ModelStop; readonly rawStop?: string; readonly model?: string; readonly responseId?: string }
    | undefined;
  readonly error:
    | { readonly kind: ModelErrorKind; readonly statusCode: number | undefined; readonly contentStarted: boolean }
    | undefined;
}

/** Facts of what was collected. */
export function factsOf({ events, blocks, end, error }: Collected): Facts {
  const natives = blocks.flatMap((block) => (block.type === 'thinking' ? [nativeOf(block)] : []));
  const thinking = deltaText(events, 'thinking_delta');
  return {
    text: deltaText(events, 'text_delta'),
    thinking: {
      length: thinking.length,
      sha256: thinking === '' ? undefined : sha256(thinking),
      signatures: natives.filter(({ type, signature }) => type === 'thinking' && isEncoded(signature)).length,
      redacted: natives.filter(({ type, data }) => type === 'redacted_thinking' && isEncoded(data)).length,
    },
    toolCalls: blocks.flatMap((block) =>
      block.type === 'tool_call' ? [{ id: block.id, name: block.name, args: block.args }] : [],
    ),
    opaque: blocks.flatMap((block) => (block.type === 'opaque' ? [block.kind] : [])),
    citations: blocks.reduce((sum, block) => sum + (nativeOf(block).citations?.length ?? 0), 0),
    usage: end?.usage ?? error?.usage,
    end: end && pick(end),
    error: error && { kind: error.kind, statusCode: error.statusCode, contentStarted: error.contentStarted },
  };
}

function pick({ stop, rawStop = '', model = '', responseId = '' }: NonNullable<Collected['end']>): Facts['end'] {
  return { stop, rawStop, model, responseId };
}

interface Native {
  readonly type?: string;
  readonly signature?: string;
  readonly data?: string;
  readonly citations?: readonly Json[];
}

function nativeOf(block: AssistantBlock): Native {
  // The adapter's own form of it, which these tests are about.
  return ('native' in block ? block.native : {}) as Native;
}

function isEncoded(value: string | undefined): boolean {
  return /^[A-Za-z0-9+/=_-]{20,}$/.test(value ?? '');
}

const stops: Readonly<Record<string, ModelStop>> = {
  end_turn: 'end',
  max_tokens: 'length',
  stop_sequence: 'stop_sequence',
  tool_use: 'tool_calls',
  pause_turn: 'pause',
  refusal: 'refusal',
};

const errorKinds: Readonly<Record<string, ModelErrorKind>> = {
  'error-400-prompt-too-long.json': 'context_overflow',
  'error-401-invalid-key.json': 'auth',
  'error-404-model.json': 'invalid_request',
  'error-529-overloaded.json': 'overloaded',
  'error-overloaded-mid-stream.sse': 'overloaded',
};

function errorKindOf(name: string): ModelErrorKind {
  const kind = errorKinds[name];
  if (kind === undefined) throw new Error(`No kind of error is written down for ${name}.`);
  return kind;
}

/** What a recording must give. */
export function expectedFacts({ name, status, expected }: Recording): Facts {
  const { thinking, stopReason, model, responseId } = expected;
  return {
    text: expected.text,
    thinking: {
      length: thinking?.textLength ?? 0,
      sha256: thinking?.textSha256 ?? undefined,
      signatures: thinking?.signatures ?? 0,
      redacted: thinking?.redactedBlocks ?? 0,
    },
    toolCalls: expected.toolCalls,
    opaque: expected.serverToolCalls.map(({ type }) => type),
    citations: expected.citations ?? 0,
    usage: expected.usage === null ? undefined : expectedUsage(expected),
    end:
      expected.error === null
        ? {
            stop: stops[stopReason ?? ''] ?? 'end',
            rawStop: stopReason ?? '',
            model: model ?? '',
            responseId: responseId ?? '',
          }
        : undefined,
    error:
      expected.error === null
        ? undefined
        : {
            kind: errorKindOf(name),
            statusCode: status === 200 ? undefined : status,
            contentStarted: expected.text !== '',
          },
  };
}

/** The reported counts in our shape, with those of a compaction, which the vendor's own totals leave out. */
function expectedUsage({ usage, usageRaw }: ExpectedFacts): Usage {
  const compactions = (usageRaw?.iterations ?? []).filter(({ type }) => type === 'compaction');
  const extra = (name: keyof RawUsage) => compactions.reduce((sum, iteration) => sum + Number(iteration[name] ?? 0), 0);
  const writes = [
    { ttl: '5m', tokens: usage?.cacheWrite5m ?? usage?.cacheWrite ?? 0 },
    { ttl: '1h', tokens: usage?.cacheWrite1h ?? 0 },
  ].filter(({ tokens }) => tokens > 0);
  return {
    ...reported('input', usage?.input, extra('input_tokens')),
    ...reported('output', usage?.output, extra('output_tokens')),
    ...reported('cacheRead', usage?.cacheRead, extra('cache_read_input_tokens')),
    ...reported('reasoning', usage?.reasoning, 0),
    ...(typeof usage?.cacheWrite === 'number' ? { cacheWrites: writes } : {}),
    // Plain JSON, as the manifest has it.
    raw: usageRaw as unknown as Json,
  };
}

function reported(name: keyof Usage, count: number | null | undefined, extra: number): Usage {
  return typeof count === 'number' ? { [name]: count + extra } : {};
}
