import type { ModelInfo } from '@harness-sdk/core';
import { isLoopback } from './create-client.ts';
import type { Connection } from './create-client.ts';
import { isObject, itemsOf, textOf } from './wire.ts';
import type { WireShow } from './wire.ts';

/** What the server says of a model. A field left out is unknown. */
export interface ModelDetails {
  /** Tokens that the model was made for. */
  readonly contextLength?: number;
  /** `num_ctx` of its Modelfile: what whoever made it wants. */
  readonly modelfileWindow?: number;
  /** `completion`, `tools`, `vision`, `thinking` … */
  readonly capabilities?: readonly string[];
  /** What `think` may be. */
  readonly thinkValues?: readonly (boolean | string)[];
}

/**
 * Tokens of input and output to ask for where nobody says how many. Ours: Ollama's own default depends on the memory of
 * the machine and begins at 4,096, which the prompt and the tools of an agent fill. Each token costs memory, so it is not
 * all that the model could take, which is 262,144 with some that run on a laptop.
 *
 * @see https://docs.ollama.com/context-length
 */
const defaultContextWindow = 32_768;

/**
 * True for a model that runs in Ollama's cloud, also where it is called through a server on this machine, which passes
 * the request on: `gpt-oss:120b-cloud`, `glm-5:cloud`.
 *
 * @see https://docs.ollama.com/cloud
 */
export function isCloudModel(id: string, connection: Pick<Connection, 'isCloud'>): boolean {
  return connection.isCloud || /[:-]cloud$/.test(id);
}

/**
 * Facts about a model, without asking the network. There is no table of models: a server runs whatever was put on it,
 * and says itself what that can do.
 *
 * `local` only where the server is on this machine: another one may belong to somebody who sends a bill.
 */
export function knownInfo(id: string, connection: Pick<Connection, 'isCloud' | 'baseURL'>): ModelInfo {
  return !isCloudModel(id, connection) && isLoopback(connection.baseURL) ? { local: true } : {};
}

/** What the server has said, as facts about a model. */
export function toModelInfo({ capabilities }: ModelDetails, contextWindow: number): ModelInfo {
  if (capabilities === undefined) return { contextWindow };
  return {
    contextWindow,
    capabilities: {
      images: capabilities.includes('vision'),
      tools: capabilities.includes('tools'),
      thinking: capabilities.includes('thinking'),
    },
  };
}

/**
 * The window to ask for: what the Modelfile says, else what the model was made for, up to
 * {@link defaultContextWindow}. In the cloud it is all of it, because memory there is not the caller's.
 */
export function toContextWindow({ modelfileWindow, contextLength }: ModelDetails, isCloud: boolean): number {
  if (modelfileWindow !== undefined) return modelfileWindow;
  if (contextLength === undefined) return defaultContextWindow;
  return isCloud ? contextLength : Math.min(contextLength, defaultContextWindow);
}

/** An answer of `/api/show`, which may be anything. */
export function toModelDetails(answer: unknown): ModelDetails {
  if (!isObject(answer)) return {};
  // Every field is read as what it may be.
  const show: WireShow = answer;
  const contextLength = contextLengthOf(show);
  const modelfileWindow = toCount(/^\s*num_ctx\s+(\d+)\s*$/m.exec(textOf(show.parameters))?.[1]);
  const values = isObject(show.thinking) ? itemsOf(show.thinking['values']) : [];
  return {
    ...(contextLength !== undefined && { contextLength }),
    ...(modelfileWindow !== undefined && { modelfileWindow }),
    ...(Array.isArray(show.capabilities) && { capabilities: show.capabilities.map(textOf) }),
    ...(values.length > 0 && { thinkValues: values.filter(isThinkValue) }),
  };
}

/** The one of the model's own architecture; a model that sees has another for what it sees with. */
function contextLengthOf({ model_info: facts }: WireShow): number | undefined {
  if (!isObject(facts)) return undefined;
  const own = facts[`${textOf(facts['general.architecture'])}.context_length`];
  return toCount(own ?? Object.entries(facts).find(([name]) => /^[\w-]+\.context_length$/.test(name))?.[1]);
}

function toCount(value: unknown): number | undefined {
  const count = Number(value);
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

function isThinkValue(value: unknown): value is boolean | string {
  return typeof value === 'boolean' || typeof value === 'string';
}

/** True where both ids name the same model: the tag `latest` may be left out. */
export function isSameModel(left: string, right: string): boolean {
  return left.replace(/:latest$/, '') === right.replace(/:latest$/, '');
}
