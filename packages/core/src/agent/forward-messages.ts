import type { Message } from '../message.ts';
import type { MessageSink } from './outbox.ts';

/**
 * Shows a sub-agent's messages in its parent's stream, each with the call that started it. Its result is not among them: the
 * stream has one, and the call's result says what came of the task.
 */
export function forwardMessages(parent: MessageSink, toolUseId: string): MessageSink {
  const forwarded = (message: Message): Message => ({
    ...message,
    parentToolUseId: message.parentToolUseId ?? toolUseId,
    depth: (message.depth ?? 0) + 1,
  });
  return {
    push: (message) => (message.type === 'result' ? undefined : parent.push(forwarded(message))),
    deliver: (message) => parent.deliver(forwarded(message)),
  };
}
