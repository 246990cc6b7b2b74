import { Parser, type Language, type Node } from 'web-tree-sitter';
import type { SourceComment } from './source-comment.ts';

/** What the grammars call a comment. */
const commentTypes = ['comment', 'line_comment', 'block_comment'];

/** The comments of a source, by its grammar: nothing in a text, a template or a regular expression is one. */
export function parseComments(source: string, grammar: Language): SourceComment[] {
  const parser = new Parser();
  try {
    parser.setLanguage(grammar);
    const tree = parser.parse(source);
    if (tree === null) return [];
    const comments = tree.rootNode.descendantsOfType(commentTypes).filter((node): node is Node => node !== null);
    const places = comments.map(({ startIndex, endIndex }) => ({ start: startIndex, end: endIndex }));
    tree.delete();
    return places.toSorted((left, right) => left.start - right.start);
  } finally {
    parser.delete();
  }
}
