import { forEachChild, type SyntaxNode, type Word } from 'unbash';
import { namesSetIn, type Integers } from './expansion-danger.ts';
import { toShellWords } from './word.ts';

/**
 * The variables of a command that only ever get whole numbers in it, so that arithmetic may use them. Only lower-case
 * names: the others mean something to programs.
 */
export function findIntegers(script: SyntaxNode, source: string): Integers {
  const integers = new Set<string>();
  const others = new Set<string>();
  visit(script, source, (name, isNumber) => (isNumber ? integers : others).add(name));
  return new Set([...integers].filter((name) => !others.has(name) && isPlainName(name)));
}

/** A name that no program takes for a setting of its own. */
export function isPlainName(name: string): boolean {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !/^_$|_proxy$|^npm_|^ld_|^dyld_/.test(name);
}

function visit(node: SyntaxNode, source: string, set: (name: string, isNumber: boolean) => void): void {
  const own = node.type === 'Script' ? (node.source ?? source) : source;
  switch (node.type) {
    case 'Assignment':
      set(node.name, node.value.type === 'Word' && node.index === undefined && isInteger(node.value));
      break;
    case 'For':
      set(node.name.text, node.wordlist?.every(isInteger) === true);
      break;
    case 'Select':
      set(node.name.text, false);
      break;
    case 'ArithmeticExpansion':
      for (const name of namesSetIn(node.text)) set(name, true);
      break;
    case 'ArithmeticCommand':
      for (const name of namesSetIn(own.slice(node.pos, node.end))) set(name, true);
      break;
    case 'ArithmeticFor':
      for (const name of namesSetIn(own.slice(node.pos, node.body.pos))) set(name, true);
      break;
    case 'Command':
      if (node.name?.value === 'read') {
        for (const word of node.suffix) if (word.type === 'Word') set(word.value, false);
      }
      break;
    default:
  }
  forEachChild(node, (child) => {
    visit(child, own, set);
  });
}

function isInteger(word: Word): boolean {
  const [part, ...others] = word.parts ?? [];
  if (part?.type === 'ArithmeticExpansion' && others.length === 0) return true;
  return toShellWords(word).every(({ text, isKnown, hasGlob }) => isKnown && !hasGlob && /^-?\d+$/.test(text));
}
