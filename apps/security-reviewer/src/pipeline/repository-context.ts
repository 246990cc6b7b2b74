import { toInertJson } from '../inert-json.ts';
import type { FileFacts } from './file-facts.ts';

/** Characters of the context at most: about 2,000 tokens. */
const mostCharacters = 8_000;

/**
 * What a reviewer should know of the files around its own: which there are, and which requests they answer. A block of
 * the prompt that nothing in a file's name or text can end.
 *
 * @param facts - Of the files below one root, in their order.
 */
export function repositoryContext(facts: readonly FileFacts[]): string {
  const routes = facts.flatMap(({ file, routes: paths }) => paths.map((path) => `${file.path}: ${path}`));
  const files = facts.map(({ file }) => file.path);
  const shownRoutes = within(routes, mostCharacters / 2);
  const shownFiles = within(files, mostCharacters - sizeOf(shownRoutes));
  const leftOut = files.length - shownFiles.length + routes.length - shownRoutes.length;
  const context = { files: shownFiles, routes: shownRoutes, ...(leftOut === 0 ? {} : { leftOut }) };
  return `<repository>\n${toInertJson(context)}\n</repository>`;
}

function within(texts: readonly string[], most: number): string[] {
  let left = most;
  const end = texts.findIndex((text) => (left -= sizeOf([text])) < 0);
  return texts.slice(0, end === -1 ? texts.length : end);
}

function sizeOf(texts: readonly string[]): number {
  return texts.reduce((size, text) => size + toInertJson(text).length + 1, 0);
}
