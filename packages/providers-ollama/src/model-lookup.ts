import { AnswerError, createClient } from './create-client.ts';
import type { Connection } from './create-client.ts';
import { toModelDetails } from './model-info.ts';
import type { ModelDetails } from './model-info.ts';

/** Asks a server what it knows of a model: at the first call that needs it, and once. */
export class ModelLookup {
  readonly #connection: Connection;
  readonly #modelId: string;
  #details: ModelDetails | undefined;

  constructor(connection: Connection, modelId: string) {
    this.#connection = connection;
    this.#modelId = modelId;
  }

  /** What the server has said; `undefined` before it has. */
  get details(): ModelDetails | undefined {
    return this.#details;
  }

  /**
   * What the server says. Nothing where it does not know the model, or this question: the call itself tells then what is
   * wrong, and the next one asks again.
   *
   * @throws what `fetch` throws, or AnswerError where the server has no time to answer.
   */
  async load(signal: AbortSignal): Promise<ModelDetails> {
    if (this.#details !== undefined) return this.#details;
    try {
      const client = createClient(this.#connection, signal);
      this.#details = toModelDetails(await client.show({ model: this.#modelId }));
      return this.#details;
    } catch (error) {
      if (error instanceof SyntaxError || (error instanceof AnswerError && !isTemporary(error.status))) return {};
      throw error;
    }
  }
}

/** 501 says that there is no such question. */
function isTemporary(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}
