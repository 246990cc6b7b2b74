import type { Json, JsonObject } from '@harness-sdk/core';
import { isObject, itemsOf, countOf, textOf } from './wire.ts';

/** Fields of a detail that arrive in pieces. */
const growing = ['text', 'summary', 'data'] as const;

interface OpenDetail {
  fields: JsonObject;
  readonly pieces: Record<(typeof growing)[number], string[]>;
}

/**
 * The `reasoning_details` of OpenRouter and of gateways like it: reasoning with the signatures and the encrypted data of the
 * model behind, which it wants back whole. They stream in pieces, which belong together by their index and type.
 *
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens
 */
export class ReasoningDetails {
  readonly #details: OpenDetail[] = [];

  /**
   * Takes the details of one delta.
   *
   * @returns The text in them that people can read.
   */
  add(details: Json | undefined): string {
    return itemsOf(details)
      .filter(isObject)
      .map((detail) => this.#addDetail(detail))
      .join('');
  }

  /** All details, whole, in order. */
  whole(): readonly JsonObject[] {
    return this.#details.map(({ fields, pieces }) => {
      const whole: Record<string, Json | undefined> = { ...fields };
      for (const name of growing) if (name in fields) whole[name] = pieces[name].join('');
      return whole;
    });
  }

  #addDetail(detail: JsonObject): string {
    const open = this.#openDetail(detail);
    // A later piece may bring the signature that an earlier one leaves empty; an empty field says nothing new.
    const said = Object.entries(detail).filter(([name, value]) => !(name in open.fields) || (value ?? '') !== '');
    open.fields = { ...open.fields, ...Object.fromEntries(said) };
    for (const name of growing) if (textOf(detail[name]) !== '') open.pieces[name].push(textOf(detail[name]));
    return textOf(detail['text']) || textOf(detail['summary']);
  }

  /** The last detail, where this one goes on with it; encrypted data comes whole. */
  #openDetail(detail: JsonObject): OpenDetail {
    const last = this.#details.at(-1);
    const goesOn =
      last !== undefined &&
      last.fields['type'] === detail['type'] &&
      countOf(last.fields['index']) === countOf(detail['index']) &&
      detail['type'] !== 'reasoning.encrypted';
    if (goesOn) return last;
    const open: OpenDetail = { fields: {}, pieces: { text: [], summary: [], data: [] } };
    this.#details.push(open);
    return open;
  }
}
