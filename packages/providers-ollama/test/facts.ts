import type { Json, ModelErrorKind, ModelStop, Usage } from '@harness-sdk/core';
import { deltaText, sha256 } from './collect.ts';
import type { Collected } from './collect.ts';
import type { ExpectedFacts, Recording } from './recordings.ts';

/** What came out of a call, in a form that can be compared with what a recording must give. */
export interface Facts {
  readonly text: string;
  readonly thinking: { readonly length: number; readonly sha256: string | undefined };
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly args: unknown }[];
  /** Of the end, or of the error. */
  readonly usage: Usage | undefined;
  readonly end: { readonly stop: ModelStop; readonly rawStop: string; readonly model: string } | undefined;
  readonly error:
    | { readonly kind: ModelErrorKind; readonly statusCode: number | undefined; readonly contentStarted: boolean }
    | undefined;
}

/** Facts of what was collected. */
export function factsOf({ events, blocks, end, error }: Collected): Facts {
  return {
    text: deltaText(events, 'text_delta'),
    thinking: thinkingFacts(deltaText(events, 'thinking_delta')),
    toolCalls: blocks.flatMap((block) =>
      block.type === 'tool_call' ? [{ id: block.id, name: block.name, args: block.args }] : [],
    ),
    usage: end?.usage ?? error?.usage,
    end: end && { stop: end.stop, rawStop: end.rawStop ?? '', model: end.model ?? '' },
    error: error && { kind: error.kind, statusCode: error.statusCode, contentStarted: error.contentStarted },
  };
}

function thinkingFacts(text: string): Facts['thinking'] {
  return { length: text.length, sha256: text === '' ? undefined : sha256(text) };
}

const errorKinds: Readonly<Record<string, ModelErrorKind>> = {
  'error-404-model-not-found.json': 'invalid_request',
  'error-mid-stream.ndjson': 'server',
};

function errorKindOf(name: string): ModelErrorKind {
  const kind = errorKinds[name];
  if (kind === undefined) throw new Error(`No kind of error is written down for ${name}.`);
  return kind;
}

/** What a recording must give. */
export function expectedFacts({ name, status, expected }: Recording): Facts {
  const { text, thinking } = expectedText(expected);
  const { stopReason, model, error } = expected;
  return {
    text,
    thinking,
    toolCalls: expected.toolCalls.map(({ id, name: tool, args }, index) => ({
      id: id ?? `call_${index + 1}`,
      name: tool,
      args,
    })),
    usage: expectedUsage(expected),
    end: error === null ? { stop: stopOf(expected), rawStop: stopReason ?? '', model: model ?? '' } : undefined,
    error:
      error === null
        ? undefined
        : {
            kind: errorKindOf(name),
            statusCode: status === 200 ? undefined : status,
            contentStarted: expected.text !== '',
          },
  };
}

/** What stands in tags at the start is thinking, without the whitespace in front of it and behind the tags. */
function expectedText({ text, thinking }: ExpectedFacts): Pick<Facts, 'text' | 'thinking'> {
  const tagged = /^\s*<think>\s*(.*?)<\/think>\s*(.*)$/s.exec(text);
  if (tagged !== null) return { text: tagged[2] ?? '', thinking: thinkingFacts(tagged[1] ?? '') };
  return { text, thinking: { length: thinking?.textLength ?? 0, sha256: thinking?.textSha256 ?? undefined } };
}

function stopOf({ stopReason, toolCalls }: ExpectedFacts): ModelStop {
  if (stopReason === 'length') return 'length';
  return toolCalls.length > 0 ? 'tool_calls' : 'end';
}

function expectedUsage({ usage, usageRaw }: ExpectedFacts): Usage | undefined {
  if (usage === null) return undefined;
  return {
    ...(usage.input !== null && { input: usage.input }),
    ...(usage.output !== null && { output: usage.output }),
    // Plain JSON, as the manifest has it.
    raw: usageRaw as Json,
  };
}
