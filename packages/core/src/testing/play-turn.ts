import { OptionError } from '../errors.ts';
import type { ModelEnd, ModelEvent } from '../model.ts';
import type { Usage } from '../usage.ts';
import type { ActPart, ContentPart, EndFields, ScriptedTurn, ScriptPart, TimedPart } from './script-part.ts';

/** What playing a turn needs to know of its call. */
export interface TurnContext {
  /** Characters a delta where the part does not say. */
  readonly chunkSize: number | undefined;
  /** Size of the request, in tokens as this model counts them. */
  readonly inputTokens: number;
  nextCallId(): string;
}

/** The next thing in a turn: an event to yield, or something to do first. */
type Moment = { readonly event: ModelEvent } | { readonly act: ActPart };

/** One turn as it is played. */
export interface TurnPlay {
  readonly moments: Iterator<Moment, void>;
  /** True once content has been streamed. */
  readonly contentStarted: boolean;
  /** Token counts so far; `undefined` before the first event. */
  usage(): Usage | undefined;
}

/** Characters that count as one token. Near enough to real tokenizers for text, and easy to reckon with in a test. */
const charactersPerToken = 4;

/** Tokens of so many characters, as the scripted model counts them. */
export function tokensOf(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

/** Plays a turn lazily: a long text is cut into its chunks as they are asked for. */
export function playTurn(turn: ScriptedTurn, context: TurnContext): TurnPlay {
  const parts: readonly ScriptPart[] = typeof turn === 'string' ? [turn] : turn;
  const timed = parts.filter(isTimed).toSorted((left, right) => left.count - right.count);
  let eventCount = 0;
  let textCharacters = 0;
  let thinkingCharacters = 0;
  let contentStarted = false;
  let hasCalls = false;
  let endFields: EndFields = {};

  function usage(): Usage | undefined {
    if (endFields.usage !== undefined) return endFields.usage;
    if (eventCount === 0) return undefined;
    const reasoning = tokensOf(thinkingCharacters);
    const output = tokensOf(textCharacters) + reasoning;
    return { input: context.inputTokens, output, ...(reasoning > 0 ? { reasoning } : {}) };
  }

  function observe(event: ModelEvent): void {
    eventCount++;
    if (event.type !== 'end') contentStarted = true;
    if (event.type === 'text_delta') textCharacters += event.text.length;
    else if (event.type === 'thinking_delta') thinkingCharacters += event.text.length;
    else if (event.type === 'tool_call_delta') textCharacters += event.json.length;
    else if (event.type === 'block' && event.block.type === 'tool_call') hasCalls = true;
  }

  function* due(): Generator<Moment, void> {
    while (timed[0] !== undefined && timed[0].count <= eventCount) {
      const { act } = timed[0];
      timed.shift();
      yield { act };
    }
  }

  function* played(event: ModelEvent): Generator<Moment, void> {
    observe(event);
    yield { event };
    if (timed.length > 0) yield* due();
  }

  function end(): ModelEnd {
    return {
      type: 'end',
      stop: hasCalls ? 'tool_calls' : 'end',
      usage: { input: context.inputTokens, output: 0, ...usage() },
      ...endFields,
    };
  }

  function* moments(): Generator<Moment, void> {
    yield* due();
    for (const part of parts) {
      if (typeof part === 'string' || isContent(part)) {
        const content: ContentPart = typeof part === 'string' ? { type: 'text', text: part } : part;
        if (content.type === 'end_fields') endFields = { ...endFields, ...content.fields };
        else for (const event of eventsOf(content, context)) yield* played(event);
      } else if (part.type !== 'at_event') {
        if (part.type === 'drop_end') checkTimed(timed, eventCount);
        yield { act: part };
      }
    }
    checkTimed(timed, eventCount + 1);
    yield* played(end());
  }

  return {
    moments: moments(),
    get contentStarted() {
      return contentStarted;
    },
    usage,
  };
}

/** The events of one part, in order. */
function* eventsOf(
  part: Exclude<ContentPart, { readonly type: 'end_fields' }>,
  context: TurnContext,
): Generator<ModelEvent, void> {
  switch (part.type) {
    case 'text':
    case 'thinking': {
      const type = part.type === 'text' ? 'text_delta' : 'thinking_delta';
      for (const text of chunksOf(part.text, part.chunkSize ?? context.chunkSize)) yield { type, text };
      yield { type: 'block', block: { type: part.type, text: part.text, ...nativeOf(part) } };
      return;
    }
    case 'tool_call': {
      const { name, json, argsError } = part;
      const id = part.id ?? context.nextCallId();
      for (const chunk of chunksOf(json, part.chunkSize ?? context.chunkSize)) {
        yield { type: 'tool_call_delta', id, name, json: chunk };
      }
      const args = argsError === undefined ? { args: JSON.parse(json) } : { rawArgs: json, argsError };
      yield { type: 'block', block: { type: 'tool_call', id, name, ...args, ...nativeOf(part) } };
      return;
    }
    case 'opaque':
      yield { type: 'block', block: { type: 'opaque', kind: part.kind, native: part.native } };
      return;
    case 'event':
      yield part.event;
      return;
    default:
      part satisfies never;
  }
}

/** Pieces of `size` characters, one more where a surrogate pair would be split; none of an empty text. */
function* chunksOf(text: string, size: number = text.length): Generator<string, void> {
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + Math.max(1, size), text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end++;
    yield text.slice(start, end);
    start = end;
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd8_00 && code <= 0xdb_ff;
}

function nativeOf(part: Pick<Extract<ContentPart, { readonly type: 'text' }>, 'native'>) {
  return part.native === undefined ? {} : { native: part.native };
}

function isTimed(part: ScriptPart): part is TimedPart {
  return typeof part === 'object' && part.type === 'at_event';
}

function isContent(part: Exclude<ScriptPart, string>): part is ContentPart {
  return contentTypes.has(part.type);
}

const contentTypes: ReadonlySet<string> = new Set<ContentPart['type']>([
  'text',
  'thinking',
  'tool_call',
  'opaque',
  'event',
  'end_fields',
]);

function checkTimed(timed: readonly TimedPart[], eventCount: number): void {
  const unreached = timed.find(({ count }) => count > eventCount);
  if (unreached === undefined) return;
  throw new OptionError(
    'atEvent',
    `The script wants "${unreached.act.type}" after event ${unreached.count}, but this turn has ${eventCount} events.`,
  );
}
