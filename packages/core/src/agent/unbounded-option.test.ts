import { describe, expect, test } from 'vitest';
import type { Hooks } from '../hooks.ts';
import type { JsonObject } from '../json.ts';
import type { PriceBook } from '../price.ts';
import { collect, scriptedModel } from '../testing/index.ts';
import { run } from './run.ts';

const prices: PriceBook = {
  price: ({ input = 0, output = 0 }, _model, _at, tier) =>
    tier === 'secret' ? undefined : { usd: ((input + output) * (tier === 'fast' ? 6 : 1)) / 1e6, basis: 'catalog' },
};
const budget = { maxCost: 1 };
const webSearch = { type: 'web_search_20250305', name: 'web_search' };

const start = (options: JsonObject, rest: object = {}) =>
  run('Go.', { model: scriptedModel(['Hi.']), prices, budget, providerOptions: { scripted: options }, ...rest });

describe('under a ceiling in dollars', () => {
  test.each<[string, JsonObject]>([
    ['a search of Anthropic', { tools: [webSearch] }],
    ['a search of Anthropic with no cap in its cap', { tools: [{ ...webSearch, max_uses: null }] }],
    ['a search of OpenAI', { tools: [{ type: 'function', name: 'mine' }, { type: 'web_search' }] }],
    ['a code interpreter', { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] }],
    ['a tool that nobody has heard of', { tools: [{ type: 'telepathy_20270101' }] }],
    ['a tool that is none', { tools: ['search'] }],
    ['a search of Google', { tools: [{ googleSearch: {} }] }],
    ['a search of Google beside own functions', { tools: [{ functionDeclarations: [], googleSearch: {} }] }],
    ['servers of tools', { mcp_servers: [{ type: 'url', url: 'https://example.com' }] }],
    ['a search of Chat Completions', { web_search_options: {} }],
    ['a plug-in of a gateway', { plugins: [{ id: 'web' }] }],
    ['a conversation that is kept at the provider', { previous_response_id: 'resp_1' }],
    ['a cache that was made before', { cachedContent: 'cachedContents/1' }],
  ])('%s is refused before anything is sent', (_name, options) => {
    expect(() => start(options)).toThrow(
      expect.objectContaining({ code: 'invalid_option', message: expect.stringContaining('maxCost') }),
    );
    expect(() => start(options, { budget: { maxTokens: 10_000 } })).not.toThrow();
  });

  test.each<[string, JsonObject]>([
    ['a search with a cap of its own', { tools: [{ ...webSearch, max_uses: 3 }] }],
    ['tools with a cap beside them', { tools: [{ type: 'web_search' }], max_tool_calls: 2 }],
    ['own functions', { tools: [{ type: 'function', name: 'mine' }, { functionDeclarations: [] }] }],
    [
      'own tools of Anthropic',
      {
        tools: [
          { name: 'mine', input_schema: {} },
          { type: 'bash_20250124', name: 'bash' },
        ],
      },
    ],
    ['options that have no price', { temperature: 1, stop: ['.'], mcp_servers: [], previous_response_id: null }],
  ])('%s may be used', async (_name, options) => {
    expect(await start(options).result()).toMatchObject({ stopReason: 'end_turn' });
  });

  test('what a model was made with counts, too, and options of another provider do not', async () => {
    const searching = { ...scriptedModel(['Hi.']), providerOptions: { tools: [webSearch] } };
    expect(() => start({}, { model: searching })).toThrow('web_search_20250305');
    // The request's options replace those of the model.
    expect(await start({ tools: [] }, { model: searching }).result()).toMatchObject({ text: 'Hi.' });
    const other = { providerOptions: { anthropic: { tools: [webSearch] } } };
    expect(await start({}, other).result()).toMatchObject({ text: 'Hi.' });
  });

  test('what a hook or a router brings is refused before the call', async () => {
    const model = scriptedModel(['Hi.']);
    const hooks: Hooks = {
      beforeModel: () => ({ request: { providerOptions: { scripted: { tools: [webSearch] } } } }),
    };
    const { result } = await collect(start({}, { model, hooks }));
    expect(result).toMatchObject({ stopReason: 'error', error: { code: 'invalid_option' } });
    const searching = { ...model, providerOptions: { tools: [webSearch] } };
    const routed = await collect(start({}, { model: () => searching }));
    expect(routed.result).toMatchObject({ stopReason: 'error', error: { code: 'invalid_option' } });
    expect(model.calls).toBe(0);
  });

  test('a service tier is bounded by its own price, and one without a price is refused', async () => {
    const ordinary = scriptedModel(['Hi.'], { info: { maxOutputTokens: 100_000 } });
    await start({}, { model: ordinary, budget: { maxCost: 0.06 } }).result();
    const fast = scriptedModel(['Hi.'], { info: { maxOutputTokens: 100_000 } });
    await start({ speed: 'fast' }, { model: fast, budget: { maxCost: 0.06 } }).result();
    const [most = 0, less = 0] = [ordinary, fast].map(({ requests }) => requests[0]?.maxOutputTokens);
    expect(less).toBeGreaterThan(0);
    expect(less).toBeLessThan(most / 5);
    expect(() => start({ service_tier: 'secret' })).toThrow('in the service tier "secret"');
  });
});
