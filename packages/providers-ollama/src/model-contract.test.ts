import { modelContract } from '@harness-sdk/core/testing/contracts';
import { ReplayServer } from '@harness-sdk/core/testing';
import type { Reply, ServedModel } from '@harness-sdk/core/testing';
import { modelOf } from '../test/collect.ts';
import { call, finish, piece, reply } from '../test/lines.ts';
import { recording } from '../test/recordings.ts';

async function serve(answer: Reply): Promise<ServedModel> {
  const server = await ReplayServer.start(answer);
  const arrival = server.arrival();
  return {
    model: modelOf(server),
    stopped: arrival.then(({ closed }) => closed),
    close: () => server[Symbol.asyncDispose](),
  };
}

const text = recording('text-gemma3.ndjson');
/** Its first few words. */
const beginning = text.body.subarray(0, text.body.indexOf('here'));
// Only servers that speak the API without being Ollama send arguments as text.
const malformed = piece({ tool_calls: [call('lookup', '{"query": ')] });

modelContract('ollama', () => ({
  text: () => serve(text),
  toolCall: () => serve(recording('two-tools-qwen3-14b.ndjson')),
  malformedToolCall: () => serve(reply(malformed, finish())),
  cut: () => serve({ ...text, body: beginning }),
  stalled: () => serve({ ...text, body: beginning, ending: 'hang' }),
  error: () => serve(recording('error-404-model-not-found.json')),
  errorKind: 'invalid_request',
}));
