import type { Program } from '../../program/program.ts';
import { ProgramBuilder } from '../../program/program-builder.ts';
import type { SyntaxNode } from '../../program/syntax-node.ts';
import { exportsOf } from './exports.ts';
import { exportedNames } from './exported-names.ts';
import { EXPRESSIONS } from './expressions.ts';
import { Lowering } from './lowering.ts';
import { STATEMENTS } from './statements.ts';

/**
 * Turns a syntax tree of JavaScript, TypeScript or TSX into a program. Broken source gives what could be read of it.
 *
 * @param root - The `program` node.
 * @param source - What the tree was parsed from.
 */
export function lowerJavaScript(root: SyntaxNode, source: string): Program {
  const builder = new ProgramBuilder();
  const tables = { expressions: EXPRESSIONS, statements: STATEMENTS };
  const lowering = new Lowering(source, exportedNames(root, source), builder, tables);
  return { ...builder.build(lowering.block(root)), exports: exportsOf(root, source) };
}
