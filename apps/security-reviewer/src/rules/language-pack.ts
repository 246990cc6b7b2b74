import type { DetectingRule } from './detection.ts';
import type { LanguageModel } from './flow/language-model.ts';
import type { ModuleResolver } from './project/module-resolver.ts';
import type { Program } from './program/program.ts';
import type { SyntaxNode } from './program/syntax-node.ts';

/** All that the engine needs to review a language. */
export interface LanguagePack {
  readonly language: string;
  /** Endings of its files, with the dot. */
  readonly extensions: readonly string[];
  /** Package and file of its grammar. */
  readonly grammar: string;
  /** Endings that need another grammar than the rest. */
  readonly dialects?: readonly { readonly extensions: readonly string[]; readonly grammar: string }[];
  /** Whether nodes of this type are taken whole, without their children. */
  readonly isLeaf: (type: string) => boolean;
  /** Turns a syntax tree into a program; must not throw, and must not recurse with the depth of the tree. */
  readonly lower: (root: SyntaxNode, source: string) => Program;
  readonly model: LanguageModel;
  /** How its imports find other files of the review; where absent, they do not. */
  readonly modules?: ModuleResolver;
  readonly rules: readonly DetectingRule[];
}
