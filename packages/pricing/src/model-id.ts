/** `-20250514`, `-2025-05-14`, `@20250514` or `-latest`: what providers put behind the name of a model. */
const versionSuffix = /(?:[-@]20\d{2}(-?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])|-latest)$/;

/**
 * A model id without the date or `-latest` at its end. Only whole dates count: `gpt-4-0613` and `mistral-large-2411`
 * are names of their own, with prices of their own.
 */
export function withoutVersion(id: string): string {
  return id.replace(versionSuffix, '');
}
