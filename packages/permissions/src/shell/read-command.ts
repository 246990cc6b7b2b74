import type { Assignment, Redirect, Redirection } from 'unbash';
import { descriptorGuard, duplicationGuard, isDuplication, wordGuard } from './guards.ts';
import { literalBody } from './literal-output.ts';
import type { ShellAssignment, ShellInput, ShellRedirect } from './shell-unit.ts';
import type { Place, Reading } from './unit-reader.ts';
import { literalWord, plainTextOf, toShellWords, toSingleWord, type ShellWord } from './word.ts';

/** An assignment and, as builtins like `export` get it, the word that it is. */
export function toAssignment(node: Assignment): ShellAssignment & { readonly asWord: ShellWord } {
  const { name, value } = node;
  const values =
    value.type === 'Word' ? [toSingleWord(value)] : value.elements.flatMap((element) => toShellWords(element));
  const isKnown = values.every((word) => word.isKnown) && value.type === 'Word' && node.index === undefined;
  return {
    name,
    values,
    isSpecial: node.index !== undefined,
    asWord: {
      ...literalWord(`${name}=${values.map(({ text }) => text).join(' ')}`),
      template: `${name}=${values.map(({ template }) => template).join(' ')}`,
      isKnown,
    },
  };
}

/** The files that redirections open. */
export function toRedirects(
  reading: Reading,
  redirections: readonly Redirection[],
  { source }: Place,
): readonly ShellRedirect[] {
  return redirections.flatMap((redirection): readonly ShellRedirect[] => {
    const descriptor = descriptorGuard(source.slice(redirection.pos, redirection.end));
    if (descriptor !== undefined) reading.problems.push(descriptor);
    if (redirection.type !== 'Redirect') return [];
    const { target, operator } = redirection;
    if (target === undefined) return [];
    const problem = wordGuard(target, plainTextOf(target)) ?? duplicationGuard(operator, target);
    if (problem !== undefined) reading.problems.push(problem);
    if ((operator === '>&' || operator === '<&') && isDuplication(target)) return [];
    const text = source.slice(redirection.pos, redirection.end);
    return kindsOf(operator).map((kind) => ({ kind, text, targets: toShellWords(target) }));
  });
}

function kindsOf(operator: Redirect['operator']): readonly ('read' | 'write')[] {
  switch (operator) {
    case '<':
    case '<&':
      return ['read'];
    case '<>':
      return ['read', 'write'];
    case '>':
    case '>>':
    case '>|':
    case '>&':
    case '&>':
    case '&>>':
      return ['write'];
  }
}

/** Where redirections make a command read from; `undefined` where they do not. */
export function inputOf(redirections: readonly Redirection[]): ShellInput | undefined {
  const last = redirections.findLast((redirection) => isInput(redirection));
  switch (last?.type) {
    case undefined:
      return undefined;
    case 'HereDoc':
      return toInput(literalBody(last));
    case 'HereString': {
      const word = last.target === undefined ? undefined : toSingleWord(last.target);
      return toInput(word?.isKnown === true ? word.text : undefined);
    }
    case 'Redirect':
      return { type: 'unknown' };
  }
}

function isInput({ type, operator, descriptor }: Redirection): boolean {
  const isForInput = type !== 'Redirect' || operator === '<' || operator === '<>' || operator === '<&';
  const isForDescriptor = descriptor === undefined || (descriptor.type === 'FileDescriptor' && descriptor.value === 0);
  return isForDescriptor ? isForInput : false;
}

function toInput(text: string | undefined): ShellInput {
  return text === undefined ? { type: 'unknown' } : { type: 'text', text };
}
