import type { JsonObject } from '@harness-sdk/core';

/**
 * The fields we read of a fragment of a streamed answer. Everything may be missing or `null`; fields that are not named
 * here pass through untouched.
 *
 * @see https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
 */
export interface WireEvent {
  readonly candidates?: readonly WireCandidate[] | null;
  readonly promptFeedback?: { readonly blockReason?: string | null } | null;
  readonly usageMetadata?: WireUsage | null;
  readonly modelVersion?: string | null;
  readonly responseId?: string | null;
  readonly error?: WireError | null;
}

/** One of the answers; only the first is asked for. */
export interface WireCandidate extends JsonObject {
  readonly index?: number | null;
  readonly content?: { readonly parts?: readonly WirePart[] | null } | null;
  readonly finishReason?: string | null;
  readonly finishMessage?: string | null;
}

/** A part of the content: text, a thought, a function call, or something that only the vendor understands. */
export interface WirePart extends JsonObject {
  readonly text?: string | null;
  readonly thought?: boolean | null;
  readonly functionCall?: WireFunctionCall | null;
}

/** A function call, whole, or a piece of one where Vertex AI streams the arguments. */
export interface WireFunctionCall extends JsonObject {
  /** Newer models send one; others leave it to us. */
  readonly id?: string | null;
  /** Absent in the pieces behind the first. */
  readonly name?: string | null;
  readonly args?: JsonObject | null;
  readonly partialArgs?: readonly WirePartialArg[] | null;
  /** True where more pieces of this call follow. */
  readonly willContinue?: boolean | null;
}

/** A value in the arguments, or a piece of a string; `jsonPath` says where it stands: `$.files[0].path`. */
export interface WirePartialArg extends JsonObject {
  readonly jsonPath?: string | null;
  readonly stringValue?: string | null;
  readonly numberValue?: number | null;
  readonly boolValue?: boolean | null;
  readonly nullValue?: string | null;
}

/** Token counts so far: each event that has them states them anew, not what was added. */
export interface WireUsage extends JsonObject {
  /** With cached tokens. */
  readonly promptTokenCount?: number | null;
  readonly cachedContentTokenCount?: number | null;
  /** What tools that Google runs put in front of the model, beside the prompt. */
  readonly toolUsePromptTokenCount?: number | null;
  /** Without thoughts. */
  readonly candidatesTokenCount?: number | null;
  readonly thoughtsTokenCount?: number | null;
  readonly serviceTier?: string | null;
}

/** An error, in the body of an answer or in the stream. Gateways may put anything into the fields. */
export interface WireError {
  readonly code?: number | null;
  /** The name of the code: `INVALID_ARGUMENT`. */
  readonly status?: string | null;
  readonly message?: string | null;
  readonly details?: readonly JsonObject[] | null;
}

const knownFields = ['candidates', 'usageMetadata', 'promptFeedback', 'error', 'modelVersion', 'responseId'] as const;

/**
 * One frame of the event stream.
 *
 * @returns `undefined` for what carries nothing for us: the end mark of another vendor's API, which some gateways send.
 * @throws SyntaxError where the frame is not JSON, TypeError where it is not the JSON of an answer.
 */
export function readWireEvent(frame: string): WireEvent | undefined {
  if (frame === '[DONE]') return undefined;
  const value: unknown = JSON.parse(frame);
  if (!isObject(value) || !knownFields.some((name) => value[name] !== undefined)) {
    throw new TypeError('Expected an object with `candidates`, `usageMetadata` or `promptFeedback`.');
  }
  // A gateway may report an error in its own way.
  if (typeof value['error'] === 'string') return { error: { message: value['error'] } };
  if (!isPartsList(value)) throw new TypeError('Expected `candidates` to be a list of contents with parts.');
  // The list that is walked through was just checked; other fields are read as what they may be.
  return value;
}

function isPartsList({ candidates }: JsonObject): boolean {
  if (candidates === undefined || candidates === null) return true;
  return Array.isArray(candidates) && candidates.every((candidate) => isObject(candidate) && hasParts(candidate));
}

function hasParts({ content }: JsonObject): boolean {
  if (content === undefined || content === null) return true;
  if (!isObject(content)) return false;
  const parts = content['parts'] ?? [];
  return Array.isArray(parts) && parts.every(isObject);
}

/** True for a JSON object, given something that came out of `JSON.parse`. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The string in a field that should hold one; empty where it holds something else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
