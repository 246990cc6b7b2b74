import { OptionError } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Model, ModelRequest } from '../model.ts';
import type { Budget } from '../session/event.ts';

/** The options of a model's own provider: those it was made with, under those of the request. */
export function optionsFor(
  { provider, providerOptions }: Pick<Model, 'provider' | 'providerOptions'>,
  requested: ModelRequest['providerOptions'],
): JsonObject {
  return { ...providerOptions, ...requested?.[provider] };
}

/**
 * What keeps a ceiling in dollars from holding: something that the provider does by itself and charges for, or puts into
 * the prompt. A tool that it runs may be used with a cap of its own: `max_uses` in the tool, or `max_tool_calls` beside it.
 *
 * @returns The option and the reason; `undefined` where there is none.
 */
function unboundedOption(options: JsonObject): string | undefined {
  const tools: readonly Json[] = Array.isArray(options['tools']) ? options['tools'] : [];
  const tool = tools.find(
    (candidate) => !runsHere(candidate) && !hasCap(candidate) && !isCap(options['max_tool_calls']),
  );
  if (tool !== undefined) return `the tool ${nameOf(tool)} runs at the provider, without a cap of its own`;
  const name = Object.keys(unbounded).find((key) => isSet(options[key]));
  return name === undefined ? undefined : `\`${name}\` ${unbounded[name]}`;
}

const runsThere = 'has the provider run tools, without a cap';
const addsInput = 'adds input that is kept at the provider and cannot be counted before the call';

/** Options other than tools, with what they do. */
const unbounded: Readonly<Record<string, string>> = {
  mcp_servers: runsThere,
  web_search_options: runsThere,
  search_parameters: runsThere,
  plugins: runsThere,
  previous_response_id: addsInput,
  conversation: addsInput,
  prompt: addsInput,
  cachedContent: addsInput,
  cached_content: addsInput,
  context_management: 'has the provider make model calls of its own',
  fallbacks: 'lets another model answer, at its price',
  inference_geo: 'has a surcharge that the prices do not know',
};

/** Tools that only describe a call, which comes back to us: the caller's own, and the vendors' for a machine of ours. */
function runsHere(tool: Json): boolean {
  if (!isObject(tool)) return false;
  const { type } = tool;
  if (typeof type === 'string') return clientTypes.has(type) || /^(?:bash|text_editor|computer|memory)_\d+$/.test(type);
  if (type !== undefined && type !== null) return false;
  const keys = Object.keys(tool);
  return 'input_schema' in tool || (keys.length > 0 && keys.every((key) => clientKeys.has(key)));
}

const clientTypes: ReadonlySet<string> = new Set([
  'function',
  'custom',
  'computer',
  'computer_use_preview',
  'local_shell',
  'apply_patch',
]);
const clientKeys: ReadonlySet<string> = new Set([
  'functionDeclarations',
  'function_declarations',
  'computerUse',
  'computer_use',
]);

function hasCap(tool: Json): boolean {
  return isObject(tool) && isCap(tool['max_uses']);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCap(value: Json | undefined): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isSet(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false) return false;
  return !Array.isArray(value) || value.length > 0;
}

function nameOf(tool: Json): string {
  if (!isObject(tool)) return JSON.stringify(tool);
  const { type, name } = tool;
  return JSON.stringify(typeof type === 'string' ? type : typeof name === 'string' ? name : Object.keys(tool)[0]);
}

/**
 * A ceiling in dollars is for what is priced by the tokens of the call.
 *
 * @throws OptionError where something else is asked for under one.
 */
export function checkBounded(
  model: Pick<Model, 'provider' | 'info' | 'providerOptions'>,
  requested: ModelRequest['providerOptions'],
  { maxCost }: Budget,
): void {
  if (maxCost === undefined || model.info.local === true) return;
  const problem = unboundedOption(optionsFor(model, requested));
  if (problem === undefined) return;
  const path = `providerOptions.${model.provider}`;
  throw new OptionError(
    path,
    `\`budget.maxCost\` cannot be kept with \`${path}\`: ${problem}. Leave that out, or \`maxCost\`; a tool may have \`max_uses\`, or \`max_tool_calls\` beside it.`,
  );
}

/** The service tier or speed that is asked for, as a provider would name it in its answer. */
export function askedTier(options: JsonObject): string | undefined {
  const { service_tier: tier, serviceTier = tier, speed } = options;
  if (speed === 'fast') return speed;
  return typeof serviceTier === 'string' ? serviceTier : undefined;
}
