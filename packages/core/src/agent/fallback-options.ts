import { OptionError } from '../errors.ts';
import type { ModelErrorKind } from '../errors.ts';
import type { OptionRules } from '../check-options.ts';
import type { FallbackRules } from '../session/event.ts';
import type { ModelChoice } from './model-choice.ts';

/** When another model is called instead of one that failed. Has no effect where there is only one. */
export interface FallbackOptions {
  /**
   * Kinds of failure that another model may not have. Those that a retry may cure are retried first. Default: `auth`
   * (by a model of another provider), `quota`, `rate_limit`, `overloaded`, `server`, `network`, `timeout`,
   * `malformed_output`, `context_overflow` (by a model with a larger window). `refusal` and `content_filter` may be added.
   */
  readonly on?: readonly (ModelErrorKind | 'refusal')[];
  /** Failed attempts in a row after which a model is left alone for a while: it gets no retries, and no new prompts. Default 5. */
  readonly breakAfter?: number;
  /** How long, in milliseconds. Then it is tried again, and one more failure begins it anew. Default 60 000. */
  readonly breakForMs?: number;
}

/** What the options can be checked for by their types. */
export const fallbackRules: OptionRules = {
  on: { type: 'array' },
  breakAfter: { type: 'number', min: 1, integer: true },
  breakForMs: { type: 'number', min: 0, finite: true },
};

const defaultKinds: FallbackRules['on'] = [
  'auth',
  'quota',
  'rate_limit',
  'overloaded',
  'server',
  'network',
  'timeout',
  'malformed_output',
  'context_overflow',
];
const knownKinds: readonly string[] = [...defaultKinds, 'invalid_request', 'content_filter', 'protocol', 'refusal'];

/**
 * Checks the kinds in the option `fallback`.
 *
 * @throws OptionError
 */
export function checkFallback(fallback: FallbackOptions | undefined): void {
  for (const [index, kind] of (fallback?.on ?? []).entries()) {
    if (knownKinds.includes(kind)) continue;
    const path = `fallback.on[${index}]`;
    const message = `Expected \`${path}\` of run to be one of ${knownKinds.join(', ')}, got ${JSON.stringify(kind)}.`;
    throw new OptionError(path, message);
  }
}

/** What the log says about it, so that the state alone decides; `undefined` where there is only one model. */
export function fallbackOf(model: ModelChoice, fallback: FallbackOptions = {}): FallbackRules | undefined {
  const hasOthers = typeof model === 'function' || (Array.isArray(model) && model.length > 1);
  if (!hasOthers) return undefined;
  const { on = defaultKinds, breakAfter = 5, breakForMs = 60_000 } = fallback;
  return { on, breakAfter, breakForMs };
}
