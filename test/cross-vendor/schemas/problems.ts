import type { z } from 'zod';

/** What a request breaks besides the shape of its parts: order, pairs, limits. */
export type Rules<Body> = (body: Body) => Iterable<string>;

/**
 * Everything that is wrong with a request body; empty where nothing is. Rules are only asked of a body of the right shape.
 */
export function problemsIn<Body>(body: unknown, schema: z.ZodType<Body>, rules: Rules<Body>): readonly string[] {
  const parsed = schema.safeParse(body);
  if (parsed.success) return [...rules(parsed.data)];
  return parsed.error.issues.flatMap((issue) => issueLines(issue, []));
}

/** Of a union, the lines of the member that fits best, or one would have to guess which was meant. */
function issueLines(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): readonly string[] {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [`${path.join('.')}: ${issue.message}`];
  const members = issue.errors.map((issues) => issues.flatMap((inner) => issueLines(inner, path)));
  return members.reduce((best, lines) => (lines.length < best.length ? lines : best));
}

/** What is wrong with how calls are answered. Ids are those of the calls, in the order of the request. */
export function* pairProblems(calls: readonly string[], results: readonly string[], where: string): Generator<string> {
  if (calls.length !== results.length) yield `${where}: ${calls.length} calls have ${results.length} results`;
  for (const id of calls) if (!results.includes(id)) yield `${where}: the call ${id} has no result behind it`;
  for (const id of results) if (!calls.includes(id)) yield `${where}: the result ${id} has no call in front of it`;
}

/** Ids that appear more than once. */
export function* repeatedIds(ids: readonly string[]): Generator<string> {
  for (const [index, id] of ids.entries()) if (ids.indexOf(id) !== index) yield `the id ${id} is used twice`;
}

/** True where the text is more than whitespace. */
export function hasWords(text: string): boolean {
  return text.trim() !== '';
}

/** Base64 without a `data:` prefix. */
export const base64: RegExp = /^[A-Za-z0-9+/]+={0,2}$/;
