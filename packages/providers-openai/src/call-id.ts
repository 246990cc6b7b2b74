import { createHash } from 'node:crypto';

/** What the Responses API takes: up to 64 characters. Its own ids are all of this kind. */
const takenByResponses = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * A tool call's id, written by another provider, as the Responses API takes it. Each is always rewritten to the same id.
 */
export function toResponseCallId(id: string): string {
  return takenByResponses.test(id) ? id : `call_${digest(id, 'hex').slice(0, 32)}`;
}

/**
 * A tool call's id, written by another provider, as every server of Chat Completions takes it: nine letters and digits,
 * which is all that Mistral takes; OpenAI takes up to 40 characters. Each is always rewritten to the same id.
 */
export function toChatCallId(id: string): string {
  return digest(id, 'base64')
    .replaceAll(/[^a-zA-Z0-9]/g, '')
    .slice(0, 9);
}

/**
 * A name as both APIs take it: up to 64 letters, digits, `_` and `-`. A model may have called a tool that does not exist by
 * any name.
 */
export function toWireName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || '_';
}

function digest(id: string, encoding: 'hex' | 'base64'): string {
  return createHash('sha256').update(id).digest(encoding);
}
