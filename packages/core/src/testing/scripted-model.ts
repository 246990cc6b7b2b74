import { checkOptions } from '../check-options.ts';
import { ModelError, OptionError } from '../errors.ts';
import type { Clock } from '../durable.ts';
import type { Model, ModelInfo, ModelRequest } from '../model.ts';
import { playTurn, tokensOf } from './play-turn.ts';
import type { Script, ScriptedTurn } from './script-part.ts';
import { ScriptedStream } from './scripted-stream.ts';

/** What {@link scriptedModel} takes. */
export interface ScriptedModelOptions {
  /** Default `scripted-1`. */
  readonly id?: string;
  /** Default `scripted`. */
  readonly provider?: string;
  /** Default: nothing is known. */
  readonly info?: ModelInfo;
  /** For `pause()`: the one the run has. */
  readonly clock?: Clock;
  /** Characters a delta where a part does not say. Default: each text in one delta. */
  readonly chunkSize?: number;
}

/** A model that says what it was told to, and remembers what it was asked. */
export interface ScriptedModel extends Model {
  /** Every request so far, as it was when it came; only the signal is the caller's own. */
  readonly requests: readonly ModelRequest[];
  /** How many times it was called. */
  readonly calls: number;
  /** Streams that were begun and neither ended, failed nor were returned. 0 after a run, unless something leaks. */
  readonly openStreams: number;
}

/**
 * A model that plays a script, for tests without a network.
 *
 * Usage, where the script does not say: a token is four characters, begun ones count; input is the request's system
 * prompt, messages and tools as JSON, output the streamed text, thinking and arguments.
 *
 * On abort it throws `ModelError("aborted")` at once. A call past the end of the script throws
 * `ModelError("protocol")`, which says how many turns there were.
 *
 * @throws OptionError for options that are unknown or wrong.
 *
 * @example
 * const model = scriptedModel([
 *   ["Let me see.", call("Read", { file_path: "a.txt" })],
 *   "It says hello.",
 * ]);
 */
export function scriptedModel(script: Script, options: ScriptedModelOptions = {}): ScriptedModel {
  checkOptions('scriptedModel', options, {
    id: { type: 'string' },
    provider: { type: 'string' },
    info: { type: 'object' },
    clock: { type: 'object' },
    chunkSize: { type: 'number', min: 1, integer: true },
  });
  if (!Array.isArray(script) && typeof script !== 'function') {
    throw new OptionError('script', `Expected a script to be a list of turns or a function, got ${typeof script}.`);
  }
  const requests: ModelRequest[] = [];
  let openStreams = 0;
  let lastCallNumber = 0;

  function nextCallId(taken: ReadonlySet<string>): string {
    let id: string;
    do id = `call_${++lastCallNumber}`;
    while (taken.has(id));
    return id;
  }

  return {
    provider: options.provider ?? 'scripted',
    id: options.id ?? 'scripted-1',
    info: options.info ?? {},
    requests,
    get calls() {
      return requests.length;
    },
    get openStreams() {
      return openStreams;
    },
    stream(request) {
      const callIndex = requests.length;
      const recorded = copyOf(request);
      requests.push(recorded);
      return new ScriptedStream({
        signal: request.signal,
        clock: options.clock,
        async start() {
          openStreams++;
          const taken = callIdsOf(recorded);
          return playTurn(await turnOf(script, recorded, callIndex), {
            chunkSize: options.chunkSize,
            inputTokens: inputTokensOf(recorded),
            nextCallId: () => nextCallId(taken),
          });
        },
        onClose() {
          openStreams--;
        },
      });
    },
  };
}

function copyOf(request: ModelRequest): ModelRequest {
  const { signal, ...data } = request;
  return { ...structuredClone(data), signal };
}

function callIdsOf(request: ModelRequest): ReadonlySet<string> {
  const blocks = request.messages.flatMap((message) => (message.role === 'assistant' ? message.content : []));
  return new Set(blocks.flatMap((block) => (block.type === 'tool_call' ? [block.id] : [])));
}

function inputTokensOf({ system, messages, tools }: ModelRequest): number {
  return tokensOf((system?.length ?? 0) + JSON.stringify(messages).length + JSON.stringify(tools).length);
}

async function turnOf(script: Script, request: ModelRequest, callIndex: number): Promise<ScriptedTurn> {
  const turn = typeof script === 'function' ? script : script[callIndex];
  if (turn === undefined) {
    throw new ModelError(
      'protocol',
      `The script has ${script.length} turns, but this is call ${callIndex + 1}. Add a turn, or find out why the run goes on.`,
    );
  }
  return typeof turn === 'function' ? await turn(request, callIndex) : turn;
}
