import { modelContract } from '@harness-sdk/core/testing/contracts';
import type { ServedModel, Reply } from '@harness-sdk/core/testing';
import { modelOf } from '../test/collect.ts';
import { recording } from '../test/recordings.ts';
import { ReplayServer } from '@harness-sdk/core/testing';
import { block, finish, sse, start } from '../test/sse.ts';

async function serve(reply: Reply): Promise<ServedModel> {
  const server = await ReplayServer.start(reply);
  const arrival = server.arrival();
  return {
    model: modelOf(server),
    stopped: arrival.then(({ closed }) => closed),
    close: () => server[Symbol.asyncDispose](),
  };
}

const text = recording('text-claude-haiku-4-5.sse');
/** Behind its first few words. */
const beginning = text.body.subarray(0, text.body.indexOf('event: content_block_stop'));
const malformed = block(
  0,
  { type: 'tool_use', id: 'toolu_1', name: 'lookup', input: {} },
  { type: 'input_json_delta', partial_json: '{"query": ' },
);

modelContract('anthropic', () => ({
  text: () => serve(text),
  toolCall: () => serve(recording('parallel-tools-claude-haiku-4-5.sse')),
  malformedToolCall: () => serve({ body: sse(start, ...malformed, ...finish) }),
  cut: () => serve({ ...text, body: beginning }),
  stalled: () => serve({ ...text, body: beginning, ending: 'hang' }),
  error: () => serve(recording('error-400-prompt-too-long.json')),
  errorKind: 'context_overflow',
}));
