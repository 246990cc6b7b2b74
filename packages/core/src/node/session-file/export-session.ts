import { AgentError } from '../../errors.ts';
import type { SessionStore } from '../../session/store.ts';
import { ChecksumChain } from './checksum-chain.ts';
import { sessionFileFormat, writeLine } from './session-line.ts';

/**
 * A session as JSON lines, each ending with a newline: a head, the events, an end. Each line carries a checksum over
 * itself and all lines above, so that {@link importSession} notices any change and any cut.
 *
 * @throws AgentError `session_not_found`
 *
 * @example
 * await writeFile('session.jsonl', exportSession(store, sessionId), { mode: 0o600 });
 */
export async function* exportSession(store: SessionStore, sessionId: string): AsyncGenerator<string, void> {
  const chain = new ChecksumChain();
  let events = 0;
  for await (const event of store.read(sessionId)) {
    if (events === 0) yield `${writeLine(chain, 'session', { format: sessionFileFormat, sessionId })}\n`;
    events += 1;
    yield `${writeLine(chain, 'event', event)}\n`;
  }
  if (events === 0) throw new AgentError('session_not_found', `There is no session "${sessionId}" in the store.`);
  yield `${writeLine(chain, 'end', { events })}\n`;
}
