import { modelContract } from '@harness-sdk/core/testing/contracts';
import { ReplayServer } from '@harness-sdk/core/testing';
import type { Reply, ServedModel } from '@harness-sdk/core/testing';
import { modelOf } from '../test/collect.ts';
import { recording } from '../test/recordings.ts';
import { finish, fragment, sse } from '../test/sse.ts';

async function serve(reply: Reply): Promise<ServedModel> {
  const server = await ReplayServer.start(reply);
  const arrival = server.arrival();
  return {
    model: modelOf(server),
    stopped: arrival.then(({ closed }) => closed),
    close: () => server[Symbol.asyncDispose](),
  };
}

const text = recording('text-gemini-2.5-flash-lite.sse');
/** Behind its first event. */
const beginning = text.body.subarray(0, text.body.indexOf('\r\n\r\n') + 4);
/** Whole calls come as objects; only streamed arguments can go wrong. */
const malformed = fragment({
  functionCall: { name: 'lookup', partialArgs: [{ jsonPath: 'query', stringValue: 'a' }] },
});

modelContract('google', () => ({
  text: () => serve(text),
  toolCall: () => serve(recording('parallel-tools-signature-gemini-3.1-pro.sse')),
  malformedToolCall: () => serve({ body: sse(malformed, finish()) }),
  cut: () => serve({ ...text, body: beginning }),
  stalled: () => serve({ ...text, body: beginning, ending: 'hang' }),
  error: () => serve(recording('error-429-quota-retry-info.json')),
  errorKind: 'rate_limit',
}));
