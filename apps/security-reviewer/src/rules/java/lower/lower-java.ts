import type { Program } from '../../program/program.ts';
import { ProgramBuilder } from '../../program/program-builder.ts';
import type { SyntaxNode } from '../../program/syntax-node.ts';
import { EXPRESSIONS } from './expressions.ts';
import { JavaLowering } from './java-lowering.ts';
import { STATEMENTS } from './statements.ts';

/**
 * Turns a syntax tree of Java into a program. Broken source gives what could be read of it.
 *
 * @param root - The `program` node.
 * @param source - What the tree was parsed from.
 */
export function lowerJava(root: SyntaxNode, source: string): Program {
  const builder = new ProgramBuilder();
  const lowering = new JavaLowering(source, builder, { expressions: EXPRESSIONS, statements: STATEMENTS });
  return builder.build(lowering.block(root));
}
