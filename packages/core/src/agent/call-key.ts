/**
 * Key of a tool call's step. The model chooses the id: one with a slash in it must not pass for the key of another event.
 */
export function callKey(turn: number, callId: string): string {
  return `${turn}/tool/${callId.replaceAll('%', '%25').replaceAll('/', '%2F')}`;
}
