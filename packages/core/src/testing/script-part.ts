import { OptionError, messageOf } from '../errors.ts';
import type { ModelErrorDetails, ModelErrorKind } from '../errors.ts';
import type { Awaitable } from '../hooks.ts';
import type { Json } from '../json.ts';
import type { ModelEnd, ModelEvent, ModelRequest, ModelStop } from '../model.ts';
import type { Usage } from '../usage.ts';

/** Something the model says. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string; readonly native?: Json; readonly chunkSize?: number }
  | { readonly type: 'thinking'; readonly text: string; readonly native?: Json; readonly chunkSize?: number }
  | {
      readonly type: 'tool_call';
      readonly name: string;
      /** The text of the arguments, parsable or not. */
      readonly json: string;
      /** Why `json` does not parse; absent where it does. */
      readonly argsError?: string;
      readonly id?: string;
      readonly native?: Json;
      readonly chunkSize?: number;
    }
  | { readonly type: 'opaque'; readonly kind: string; readonly native: Json }
  | { readonly type: 'event'; readonly event: ModelEvent }
  | { readonly type: 'end_fields'; readonly fields: EndFields };

/** Something that happens to the stream. */
export type ActPart =
  | { readonly type: 'pause'; readonly ms: number }
  | { readonly type: 'wait'; readonly until: () => Awaitable<unknown> }
  | {
      readonly type: 'failure';
      readonly kind: ModelErrorKind;
      readonly message: string;
      readonly details: ModelErrorDetails;
    }
  | { readonly type: 'throw'; readonly value: unknown }
  | { readonly type: 'drop_end' }
  | { readonly type: 'hang'; readonly ignoresAbort: boolean };

/** An act at a place given by a count of events. */
export interface TimedPart {
  readonly type: 'at_event';
  readonly count: number;
  readonly act: ActPart;
}

/** One part of an answer; a string is text in one chunk. */
export type ScriptPart = string | ContentPart | ActPart | TimedPart;

/** One answer of the model: text, or parts in order. The end comes by itself. */
export type ScriptedTurn = string | readonly ScriptPart[];

/** Makes the answer to a request; `callIndex` counts this model's calls from 0. */
export type TurnMaker = (request: ModelRequest, callIndex: number) => Awaitable<ScriptedTurn>;

/** What a scripted model answers: one turn a call, in order, or a function for all calls. */
export type Script = readonly (ScriptedTurn | TurnMaker)[] | TurnMaker;

/** Fields of the `end` event. */
export type EndFields = Partial<Omit<ModelEnd, 'type'>>;

/** How text is streamed. */
export interface ChunkOptions {
  /** Characters a delta; a surrogate pair is never split. Default: the model's `chunkSize`, else all in one. */
  readonly chunkSize?: number;
  /** Opaque data of the block. */
  readonly native?: Json;
}

/** Text. Needed only where a plain string will not do. */
export function say(text: string, options: ChunkOptions = {}): ContentPart {
  return { type: 'text', text, ...options };
}

/** Reasoning. */
export function think(text: string, options: ChunkOptions = {}): ContentPart {
  return { type: 'thinking', text, ...options };
}

/**
 * A tool call. Several in one turn are parallel calls.
 *
 * @param options.id - Default: `call_1`, `call_2`… in the order they are asked for, none that the request already has.
 */
export function call(
  name: string,
  args: Json = {},
  options: ChunkOptions & { readonly id?: string } = {},
): ContentPart {
  return { type: 'tool_call', name, json: JSON.stringify(args), ...options };
}

/**
 * A tool call whose arguments do not parse.
 *
 * @throws OptionError where they do.
 */
export function callRaw(
  name: string,
  rawArgs: string,
  options: ChunkOptions & { readonly id?: string } = {},
): ContentPart {
  const argsError = parseErrorOf(rawArgs);
  if (argsError === undefined) {
    throw new OptionError('rawArgs', `Expected arguments that do not parse, got ${rawArgs}. Use call() for these.`);
  }
  return { type: 'tool_call', name, json: rawArgs, argsError, ...options };
}

/** A block that only its provider understands. */
export function opaque(kind: string, native: Json): ContentPart {
  return { type: 'opaque', kind, native };
}

/** Any event, as it is: for models that break their contract. */
export function emit(event: ModelEvent): ContentPart {
  return { type: 'event', event };
}

/** The stop of this turn. Default: `tool_calls` where there are any, else `end`. */
export function stopWith(stop: ModelStop, rawStop?: string): ContentPart {
  return endWith(rawStop === undefined ? { stop } : { stop, rawStop });
}

/** The usage of this turn. A failure after this part carries it too. */
export function reportUsage(usage: Usage): ContentPart {
  return endWith({ usage });
}

/** Any fields of this turn's `end` event. */
export function endWith(fields: EndFields): ContentPart {
  return { type: 'end_fields', fields };
}

/** Lets `ms` pass on the model's clock. */
export function pause(ms: number): ActPart {
  return { type: 'pause', ms };
}

/** Waits for a promise, or for what a function called here returns. Its rejection is thrown. */
export function waitFor(gate: Promise<unknown> | (() => Awaitable<unknown>)): ActPart {
  return { type: 'wait', until: typeof gate === 'function' ? gate : () => gate };
}

/** Fails here with a `ModelError` of this kind; `contentStarted` and `usage` are filled in where left out. */
export function fail(kind: ModelErrorKind, details: ModelErrorDetails = {}): ActPart {
  return { type: 'failure', kind, message: `The script fails here with "${kind}".`, details };
}

/** Throws a value here as it is, a `ModelError` of your own or something no model should throw. */
export function raise(value: unknown): ActPart {
  return { type: 'throw', value };
}

/** The connection is lost here, as a real adapter reports it: `ModelError("network")`. */
export function cut(): ActPart {
  return { type: 'failure', kind: 'network', message: 'The stream ended before its end.', details: {} };
}

/** The iterator ends here with no `end` event and no error, which no model may do. */
export function dropEnd(): ActPart {
  return { type: 'drop_end' };
}

/**
 * Nothing comes after this, until the call is aborted.
 *
 * @param options.ignoresAbort - Then not even an abort or `return()` ends it.
 */
export function hang(options: { readonly ignoresAbort?: boolean } = {}): ActPart {
  return { type: 'hang', ignoresAbort: options.ignoresAbort ?? false };
}

/**
 * Does something once the turn has streamed `count` events, wherever in the turn that is: in the middle of a text, say.
 * The `end` event counts. A turn that has fewer events fails loudly.
 *
 * @example
 * [say("Hello world", { chunkSize: 2 }), atEvent(3, cut())]
 */
export function atEvent(count: number, act: ActPart): TimedPart {
  return { type: 'at_event', count, act };
}

function parseErrorOf(json: string): string | undefined {
  try {
    JSON.parse(json);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
