import type { RunContext } from './run-context.ts';
import { sha256 } from './sha256.ts';

/** Longest name that is made, in characters: room for a number behind it in what stores take. */
const longestName = 450;

/**
 * Session of the sub-agent that a call starts: `<session>/<call id>`, with a number behind it where the store has such a
 * session already, left by an earlier one of the parent's name.
 */
export async function freeChildSession(context: RunContext, toolCallId: string): Promise<string> {
  const name = await childSessionName(context.log.sessionId, toolCallId);
  let candidate = name;
  for (let number = 2; await isTaken(context, candidate); number++) candidate = `${name}~${number}`;
  return candidate;
}

/** True for a session that is this call's own. What a copy of a session says of its calls is about those of the original. */
export async function isOwnChild({ log }: RunContext, toolCallId: string, childSessionId: string): Promise<boolean> {
  const name = await childSessionName(log.sessionId, toolCallId);
  return childSessionId === name || childSessionId.startsWith(`${name}~`);
}

async function isTaken(context: RunContext, sessionId: string): Promise<boolean> {
  try {
    return (await context.stateOf(sessionId)).seq > 0;
  } catch {
    // What the store has against this session is said when the sub-agent opens it.
    return false;
  }
}

/**
 * Models choose the ids of calls: what would make the name that of another session, or breaks stores and terminals, is
 * escaped, and a name that is too long is hashed.
 */
async function childSessionName(sessionId: string, toolCallId: string): Promise<string> {
  const name = `${sessionId}/${escaped(toolCallId)}`;
  return name.length <= longestName ? name : `task/${await sha256(name)}`;
}

function escaped(id: string): string {
  return id.replaceAll(/[%/~\p{Cc}\p{Cs}]/gu, (character) => `%${character.charCodeAt(0).toString(16)};`);
}
