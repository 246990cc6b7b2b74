import { ReplayServer } from '@harness-sdk/core/testing';
import type { Reply, ServedModel } from '@harness-sdk/core/testing';
import { modelContract } from '@harness-sdk/core/testing/contracts';
import { modelOf } from '../test/collect.ts';
import { recording } from '../test/recordings.ts';
import type { Recording } from '../test/recordings.ts';
import { call, chunks, delta, done, finish, sse, start } from '../test/sse.ts';

async function serve(reply: Reply, api: Recording['api']): Promise<ServedModel> {
  const server = await ReplayServer.start(reply);
  const arrival = server.arrival();
  return {
    model: modelOf(server, { api }),
    stopped: arrival.then(({ closed }) => closed),
    close: () => server[Symbol.asyncDispose](),
  };
}

/** An answer as far as its first few words. */
function beginning({ body }: Recording, end: string): Buffer {
  return body.subarray(0, body.indexOf(end));
}

modelContract('openai through responses', () => {
  const text = recording('openai-responses/compat-bedrock-gpt-5.6-luna-cache-write.sse');
  const body = beginning(text, 'event: response.output_text.done');
  const served = (reply: Reply) => () => serve(reply, 'responses');
  return {
    text: served(text),
    toolCall: served(recording('openai-responses/parallel-tools-gpt-4o.sse')),
    malformedToolCall: served({ body: sse(start, ...call(0, 'call_1', '{"query": '), finish()) }),
    cut: served({ ...text, body }),
    stalled: served({ ...text, body, ending: 'hang' }),
    error: served(recording('openai-responses/error-400-context-length.json')),
    errorKind: 'context_overflow',
  };
});

modelContract('openai through chat', () => {
  const text = recording('openai-chat/text-gpt-4o-mini.sse');
  const body = text.body.subarray(0, Math.floor(text.body.length / 2));
  const served = (reply: Reply) => () => serve(reply, 'chat');
  const piece = { index: 0, id: 'call_1', type: 'function', function: { name: 'lookup', arguments: '{"query": ' } };
  return {
    text: served(text),
    toolCall: served(recording('openai-chat/parallel-tools-gpt-4o-mini.sse')),
    malformedToolCall: served({ body: chunks(delta({ tool_calls: [piece] }), delta({}, 'tool_calls')) + done }),
    cut: served({ ...text, body }),
    stalled: served({ ...text, body, ending: 'hang' }),
    error: served(recording('openai-chat/error-401-mistral-detail.json')),
    errorKind: 'auth',
  };
});
