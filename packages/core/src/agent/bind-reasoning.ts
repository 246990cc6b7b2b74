import type { Model, ModelRequest } from '../model.ts';
import type { AssistantMessage, TranscriptMessage } from '../transcript.ts';

type BareRequest = Omit<ModelRequest, 'signal'>;

/** A request that its model can accept, and the mark of what its answer will rest on. */
export interface BoundRequest {
  readonly request: BareRequest;
  /** Present where the model binds its reasoning to everything before it. */
  readonly prefix?: string;
}

/**
 * Leaves out reasoning that its model would refuse, because something before it has changed since: the system prompt, the
 * tools, or a message. Only for models whose `nativeScope` is `prefix`; everything else goes as it is.
 */
export function bindReasoning(request: BareRequest, model: Model): BoundRequest {
  if (model.info.nativeScope !== 'prefix') return { request };
  const prefix = new Fingerprint();
  prefix.add({ system: request.system ?? '', tools: request.tools });
  const messages = request.messages.map((message) => {
    const sent = isBoundElsewhere(message, prefix.value) ? withoutReasoning(message) : message;
    prefix.add({ role: sent.role, content: sent.content });
    return sent;
  });
  const isSame = messages.every((message, index) => message === request.messages[index]);
  return { request: isSame ? request : { ...request, messages }, prefix: prefix.value };
}

function isBoundElsewhere(message: TranscriptMessage, prefix: string): message is AssistantMessage {
  if (message.role !== 'assistant' || message.origin?.prefix === undefined) return false;
  return message.origin.prefix !== prefix;
}

function withoutReasoning(message: AssistantMessage): AssistantMessage {
  return { ...message, content: message.content.filter(({ type }) => type !== 'thinking') };
}

/** A rolling hash of JSON, 64 bits in two halves after FNV-1a. A clash would only send reasoning that is refused. */
class Fingerprint {
  #high = 0xcbf29ce4;
  #low = 0x84222325;

  add(value: object): void {
    const text = JSON.stringify(value);
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      this.#low = Math.imul(this.#low ^ unit, 0x01000193);
      this.#high = Math.imul(this.#high ^ unit ^ (this.#low >>> 24), 0x01000193);
    }
  }

  get value(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
