import type { Tree } from 'web-tree-sitter';

/** A node of the syntax tree, copied out of the parser's memory: named nodes, and unnamed ones that fill a field. */
export interface SyntaxNode {
  readonly type: string;
  readonly field: string | undefined;
  readonly isNamed: boolean;
  /** Indexes in UTF-16 code units, as the parser gives them for a string. */
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  readonly endLine: number;
  readonly children: readonly SyntaxNode[];
}

interface OpenNode extends SyntaxNode {
  readonly children: SyntaxNode[];
}

/**
 * Copies a tree, without recursion, so that its depth cannot exhaust the stack. The parser's tree can be freed after.
 *
 * @param isLeaf - Types of node whose children are not wanted.
 */
export function copyTree(tree: Tree, isLeaf: (type: string) => boolean): SyntaxNode {
  const cursor = tree.walk();
  const open: OpenNode[] = [];
  const root = readNode();
  let current = root;
  try {
    for (;;) {
      if (!isLeaf(current.type) && cursor.gotoFirstChild()) {
        open.push(current);
      } else if (!moveOn()) {
        return root;
      }
      current = readNode();
      if (current.isNamed || current.field !== undefined) open.at(-1)?.children.push(current);
    }
  } finally {
    cursor.delete();
  }

  function moveOn(): boolean {
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) return false;
      open.pop();
    }
    return true;
  }

  function readNode(): OpenNode {
    return {
      type: cursor.nodeType,
      field: cursor.currentFieldName ?? undefined,
      isNamed: cursor.nodeIsNamed,
      start: cursor.startIndex,
      end: cursor.endIndex,
      line: cursor.startPosition.row + 1,
      endLine: cursor.endPosition.row + 1,
      children: [],
    };
  }
}

/** First child in the field, if there is one. */
export function childOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find((child) => child.field === field);
}

/** Every child in the field. */
export function childrenOf(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  return node.children.filter((child) => child.field === field);
}
