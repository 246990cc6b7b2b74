import { posix } from 'node:path';
import { Analysis } from '../flow/analysis.ts';
import type { PassedTaint } from '../flow/definition.ts';
import type { LanguageModel } from '../flow/language-model.ts';
import type { Surroundings } from '../flow/surroundings.ts';
import { joinTaint, CLEAN } from '../flow/taint.ts';
import { valueWith, type Value } from '../flow/value.ts';
import type { Program } from '../program/program.ts';
import { moduleExports, moduleValue } from './module-exports.ts';
import type { FileTree, ModulePlace, ModuleResolver } from './module-resolver.ts';

/** A file of the review, ready to be analysed. */
export interface ProjectFile {
  readonly path: string;
  readonly program: Program;
  readonly model: LanguageModel;
  readonly modules: ModuleResolver | undefined;
}

/** Imports within imports that are followed before a file is taken without them. */
const MAX_DEPTH = 400;

/** One file, and how far it is. */
interface Member {
  readonly file: ProjectFile;
  readonly index: number;
  state: 'waiting' | 'open' | 'done';
  analysis: Analysis | undefined;
  exports: ReadonlyMap<string, Value> | undefined;
  /** Whether it needed a file that was not analysed yet, as in a circle of imports. */
  lacksSome: boolean;
}

/**
 * Files that may import each other. Each is analysed after those it imports, so that what their functions do with
 * what they are given, and give back, is known; files that import each other in a circle are analysed twice.
 */
export class Project {
  readonly #members: ReadonlyMap<string, Member>;
  readonly #tree: FileTree;
  readonly #passed: PassedTaint = new Map();

  /** @param files - Their order decides between files that import each other. Of files with the same path the last counts. */
  constructor(files: readonly ProjectFile[]) {
    this.#members = new Map(
      files.map((file, index) => [
        posix.normalize(file.path),
        { file, index, state: 'waiting', analysis: undefined, exports: undefined, lacksSome: false },
      ]),
    );
    this.#tree = treeOf([...this.#members.keys()]);
  }

  /** Analyses the files one by one, with what they pass to each other; may be stopped in between. */
  *analyse(): Generator<void> {
    for (const member of this.#members.values()) {
      this.#visit(member, 0);
      yield;
    }
    for (const member of this.#members.values()) {
      if (!member.lacksSome) continue;
      this.#analyse(member);
      yield;
    }
    for (const { analysis } of this.#members.values()) {
      for (const [origin, taint] of analysis?.passed ?? []) {
        this.#passed.set(origin, joinTaint(this.#passed.get(origin) ?? CLEAN, taint));
      }
    }
  }

  /** The analysis of a file, which is then given up. */
  take(path: string): Analysis | undefined {
    const member = this.#members.get(posix.normalize(path));
    const analysis = member?.analysis;
    if (member === undefined || analysis === undefined) return undefined;
    member.analysis = undefined;
    analysis.passedByOthers = this.#passed;
    return analysis;
  }

  #visit(member: Member, depth: number): void {
    if (member.state !== 'waiting') return;
    member.state = 'open';
    if (depth < MAX_DEPTH) for (const other of this.#needed(member)) this.#visit(other, depth + 1);
    this.#analyse(member);
    member.state = 'done';
  }

  /** Files that the file can see something of. */
  #needed({ file }: Member): Member[] {
    const { modules, path, program } = file;
    if (modules === undefined) return [];
    const imported = program.imports.flatMap((name) => modules.resolve(name, path, this.#tree)?.files ?? []);
    const siblings = modules.siblings?.(path, this.#tree) ?? [];
    return [...new Set([...imported, ...siblings])].flatMap((name) => this.#members.get(name) ?? []);
  }

  #analyse(member: Member): void {
    const surroundings = this.#surroundingsOf(member);
    member.lacksSome = false;
    member.analysis = new Analysis(member.file.program, member.file.model, surroundings);
    member.exports = moduleExports(member.analysis, (path) => surroundings.imported(path));
  }

  #surroundingsOf(member: Member): Surroundings {
    const { modules, path } = member.file;
    const found = new Map<string, Value | undefined>();
    const once = (key: string, find: () => Value | undefined): Value | undefined => {
      if (!found.has(key)) found.set(key, find());
      return found.get(key);
    };
    const siblings = modules?.siblings?.(path, this.#tree) ?? [];
    return {
      file: `${member.index}/`,
      imported: (name) =>
        once(name, () => {
          const place = modules?.resolve(name, path, this.#tree);
          return place === undefined ? undefined : this.#valueAt(place, name, member);
        }),
      visible: (name) =>
        siblings.length === 0
          ? undefined
          : once(`\0${name}`, () => this.#valueAt({ files: siblings, members: [name] }, name, member)),
    };
  }

  #valueAt({ files, members }: ModulePlace, path: string, asking: Member): Value | undefined {
    const exports = new Map<string, Value>();
    for (const file of files) {
      const other = this.#members.get(file);
      if (other === undefined || other === asking) continue;
      if (other.exports === undefined) asking.lacksSome = true;
      for (const [name, value] of other.exports ?? []) exports.set(name, value);
    }
    if (exports.size === 0) return undefined;
    const [first, ...rest] = members;
    if (first === undefined) return moduleValue(exports, path);
    const value = exports.get(first);
    // A part of a value that is imported as a whole: `settings.database`.
    const part = rest.reduce<Value | undefined>((whole, name) => whole?.entries?.get(name), value);
    return part === undefined ? undefined : named(part, path);
  }
}

/** What has no name of its own is called as it is imported. */
function named(value: Value, path: string): Value {
  const isDefinition = value.definition !== undefined && value.definition.kind !== 'module';
  return isDefinition || value.ref === '' ? valueWith({ ...value, ref: path }) : value;
}

function treeOf(paths: readonly string[]): FileTree {
  const known = new Set(paths);
  const byDirectory = Map.groupBy(paths.toSorted(), (path) => posix.dirname(path));
  return {
    has: (path) => known.has(posix.normalize(path)),
    filesIn: (directory) => byDirectory.get(posix.normalize(directory)) ?? [],
  };
}
