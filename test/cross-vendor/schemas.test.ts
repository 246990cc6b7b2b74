import type { Json } from '@harness-sdk/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cases, tell, tellFirst, turnOf } from './transcripts.ts';
import { vendors, type Vendor } from './vendors.ts';

type Path = readonly (string | number)[];
/** Any object or list of a body, for a test to spoil. */
interface Mutable {
  [key: string | number]: Mutable;
}

/** Schemas and arguments of tools are not the vendor’s to say, and what a server of Ollama takes for options is its own. */
const free: ReadonlySet<string> = new Set([
  'input_schema',
  'parameters',
  'parametersJsonSchema',
  'arguments',
  'args',
  'options',
]);

/** A real body of each vendor: text, calls, and results with images. */
const bodies = new Map<string, Json>();

beforeAll(async () => {
  for (const vendor of vendors) {
    const first = cases.find(({ name }) => name === 'image in a result');
    const before = first && (await tellFirst(vendor, first));
    const recordings = turnOf(vendor, 'plain');
    if (before === undefined || recordings === undefined) throw new Error(`No recordings of ${vendor.name}.`);
    const prompt = [{ type: 'text', text: 'Go on.' }] as const;
    const { requests } = await tell({ vendor, before, recordings, prompt, output: '' });
    // It was parsed from JSON.
    bodies.set(vendor.name, requests.at(-1)?.body as Json);
  }
});

/** Anthropic’s calls have an input, which is an object, and the whole history is the input of OpenAI’s, which is a list. */
function isFree(key: string, value: Json): boolean {
  return free.has(key) || (key === 'input' && !Array.isArray(value));
}

/** Every object in a value, by its path. */
function objectsIn(value: Json, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, child]: [string, Json | undefined]) =>
    child === undefined || isFree(key, child)
      ? []
      : objectsIn(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return Array.isArray(value) ? inner : [path, ...inner];
}

/** The body with other fields in the object at the path. */
function changed(vendor: Vendor, path: Path, fields: object): unknown {
  const body: unknown = structuredClone(bodies.get(vendor.name));
  Object.assign(at(body, path), fields);
  return body;
}

function at(body: unknown, path: Path): Mutable {
  // The path was found in the body.
  return path.reduce<Mutable>((value, key) => value[key]!, body as Mutable);
}

/** Every place of a body that has one of these fields. */
function placesOf(
  vendor: Vendor,
  fields: readonly string[],
): readonly { readonly path: Path; readonly field: string }[] {
  const body = bodies.get(vendor.name) ?? null;
  return objectsIn(body).flatMap((path) =>
    fields.filter((field) => field in at(body, path)).map((field) => ({ path, field })),
  );
}

const calls = /"tool_use"|"function_call"|"tool_calls"|"functionCall"/;
const results = /"tool_result"|"function_call_output"|"role":"tool"|"functionResponse"/;

describe.for(vendors)('the schema of $name', (vendor) => {
  test('accepts what is right', () => {
    expect(vendor.problems(bodies.get(vendor.name))).toEqual([]);
  });

  test('refuses a field that the API does not know, wherever it stands', () => {
    const paths = objectsIn(bodies.get(vendor.name) ?? null);
    expect(paths.length).toBeGreaterThan(10);
    const accepted = paths.filter((path) => vendor.problems(changed(vendor, path, { unknown_field: 1 })).length === 0);
    expect(accepted).toEqual([]);
  });

  test('refuses any other role or type', () => {
    const places = placesOf(vendor, ['role', 'type']);
    expect(places.length).toBeGreaterThan(3);
    for (const { path, field } of places) {
      const isRefused = vendor.problems(changed(vendor, path, { [field]: 'other' })).length > 0;
      expect({ path, isRefused }).toEqual({ path, isRefused: true });
    }
  });

  test('refuses a result of a call that was not made', () => {
    // The ids of Google’s calls have a name that others have too; its results are spoiled below.
    const places = placesOf(vendor, ['tool_use_id', 'call_id', 'tool_call_id']);
    expect(places.length > 0).toBe(vendor.name !== 'google');
    for (const { path, field } of places) {
      const isRefused = vendor.problems(changed(vendor, path, { [field]: 'call_nobody' })).length > 0;
      expect({ path, isRefused }).toEqual({ path, isRefused: true });
    }
  });

  test('refuses a history without one of its results, or with one too many, or in another order', () => {
    const { historyField } = vendor;
    const history = (bodies.get(vendor.name) as Record<string, Json[]>)[historyField] ?? [];
    const withCalls = history.findIndex((message) => calls.test(JSON.stringify(message)));
    const firstResult = history.findIndex((message) => results.test(JSON.stringify(message)));
    expect(withCalls).toBeGreaterThan(0);
    expect(firstResult).toBeGreaterThan(withCalls);
    const result = history[firstResult] ?? null;
    const spoiled: Readonly<Record<string, Json[]>> = {
      'without the result': history.toSpliced(firstResult, 1),
      'with the result twice': history.toSpliced(firstResult, 0, result),
      'with the result at the end': [...history.toSpliced(firstResult, 1), result],
      'with the result in front': history.toSpliced(firstResult, 1).toSpliced(withCalls, 0, result),
      'without the calls': history.toSpliced(withCalls, firstResult - withCalls),
      'without what the user said first': history.filter(
        (message) => !JSON.stringify(message).includes('Begin with number one.'),
      ),
      nothing: [],
    };
    for (const [name, messages] of Object.entries(spoiled)) {
      const body = { ...(bodies.get(vendor.name) as object), [historyField]: messages };
      expect({ name, isRefused: vendor.problems(body).length > 0 }).toEqual({ name, isRefused: true });
    }
  });
});

/** What only one vendor refuses: a text in the body, and what to put there. */
const particular: Readonly<Record<string, readonly (readonly [name: string, from: RegExp, to: string])[]>> = {
  anthropic: [
    ['an empty text', /"text":"Go on\."/, '"text":""'],
    ['a text of whitespace', /"text":"Go on\."/, '"text":" \\n"'],
    ['an id with a colon', /"toolu_01NW9V1YCeF2aaDjiUnTSUH1"/g, '"toolu:1"'],
    ['a name with a space', /"secret_retrieval_tool"/g, '"secret retrieval"'],
    ['a media type that it does not take', /image\/png/, 'image/bmp'],
    ['an input that is no object', /"input":\{[^}]*\}/, '"input":"x"'],
    ['no limit of the output', /"max_tokens":\d+,/, ''],
    ['a foreign field of reasoning', /"type":"tool_use"/, '"type":"tool_use","thoughtSignature":"abc"'],
    [
      'an error without content',
      /("type":"tool_result","tool_use_id":"[^"]*"),"content":\[.*?\]/,
      '$1,"is_error":true',
    ],
  ],
  openai: [
    ['an id that is too long', /"call_NnEvpiwdL8XrZ6F3T9VJyVw7"/g, `"call_${'x'.repeat(60)}"`],
    ['arguments that are no text', /"arguments":"(?:[^"\\]|\\.)*"/, '"arguments":{}'],
    ['arguments that do not parse', /"arguments":"\{/, '"arguments":"{{'],
    ['a tool that does not say whether it is strict', /,"strict":false/, ''],
    ['an image that is no data URL', /data:image\/png;base64,/, ''],
    ['what is stored at the vendor', /"store":false/, '"store":true'],
    [
      'reasoning without what belongs to it',
      /\{"role":"user","content":\[\{"type":"input_text","text":"Go on\."/,
      '{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"abc"},$&',
    ],
    [
      'reasoning that holds nothing',
      /\{"role":"user","content":\[\{"type":"input_text","text":"Go on\."/,
      '{"type":"reasoning","id":"rs_1","summary":[]},{"role":"assistant","content":"a"},$&',
    ],
    ['a signature of another vendor', /"type":"function_call",/, '"type":"function_call","signature":"abc",'],
  ],
  'openai-chat': [
    ['an id that is too long', /"functions\.add:0"/g, `"call_${'x'.repeat(60)}"`],
    ['no counts of tokens', /"stream_options":\{"include_usage":true\},/, ''],
    [
      'an assistant message that says nothing',
      /"role":"assistant","content":"(?:[^"\\]|\\.)*"\}/,
      '"role":"assistant","content":null}',
    ],
    [
      'an image in a result',
      /"role":"tool","tool_call_id":"([^"]*)","content":"[^"]*"/,
      '"role":"tool","tool_call_id":"$1","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aa"}}]',
    ],
    [
      'a system message behind the first',
      /\{"role":"user","content":"Go on\."\}/,
      '$&,{"role":"system","content":"a"}',
    ],
    [
      'a signature of another vendor',
      /"type":"function","function":\{"name":"add","arguments"/,
      '"thought_signature":"a",$&',
    ],
  ],
  google: [
    ['responses in two contents', /,\{"functionResponse"/, ']},{"role":"user","parts":[{"functionResponse"'],
    ['an answer to another id', /"functionResponse":\{"id":"[^"]*"/, '"functionResponse":{"id":"other"'],
    ['a call without the id of its answer', /"functionCall":\{"id":"[^"]*",/, '"functionCall":{'],
    ['the parts of the model under another role', /"role":"model"/, '"role":"assistant"'],
    ['an empty text', /"text":"Go on\."/, '"text":""'],
    ['a name that starts with a digit', /"add"/g, '"7add"'],
    ['a response that is a text', /"response":\{"output":"[^"]*"\}/, '"response":"a"'],
    ['a first call without a signature', /,"thoughtSignature":"[^"]*"|"thoughtSignature":"[^"]*",/, ''],
    ['an error flag of another vendor', /"response":\{/, '"is_error":true,"response":{'],
  ],
  ollama: [
    ['no window', /"num_ctx":\d+/, ''],
    ['a prompt that may be cut', /"truncate":false/, '"truncate":true'],
    ['arguments as text', /"arguments":\{[^}]*\}/, '"arguments":"{}"'],
    ['an image with a prefix', /"images":\["/, '"images":["data:image/png;base64,'],
    ['a result without the name of its tool', /,"tool_name":"[^"]*"/, ''],
    ['blocks instead of a text', /"content":"Go on\."/, '"content":[{"type":"text","text":"Go on."}]'],
    ['a message that says nothing', /"content":"Go on\."/, '"content":""'],
  ],
};

describe.for(vendors)('the schema of $name refuses', (vendor) => {
  test.for(particular[vendor.name] ?? [])('%s', ([, from, to]) => {
    const text = JSON.stringify(bodies.get(vendor.name));
    const spoiled = text.replace(from, to);
    expect(spoiled).not.toBe(text);
    expect(vendor.problems(JSON.parse(spoiled))).not.toEqual([]);
  });
});
