import { nearestName, type AccessKind, type PermissionDecision } from '@harness-sdk/core';
import { isMap, isScalar, isSeq, type Pair } from 'yaml';
import { allowsNoArguments, type ArgumentRule } from './argument-rule.ts';
import type { FileDefault, FilePosition, FileRule, PolicyFileContent } from './policy-file.ts';
import type { PolicyProblem } from './policy-file-error.ts';
import { readYaml, sorted, type YamlDocument } from './yaml-document.ts';

const decisions: readonly PermissionDecision['decision'][] = ['allow', 'ask', 'deny'];
const accessKinds: readonly AccessKind[] = ['read', 'write', 'execute', 'network', 'spawn'];

/** Reads the text of a policy file, or says all that is wrong with it. */
export function parsePolicyFile(text: string): PolicyFileContent | readonly PolicyProblem[] {
  const document = readYaml(text);
  if (!('contents' in document)) return document;
  const reader = new PolicyReader(document);
  const content = reader.read();
  return reader.problems.length > 0 ? sorted(reader.problems) : content;
}

type Fields = ReadonlyMap<string, { readonly key: unknown; readonly value: unknown }>;

/** Goes through one document; what is wrong is collected, so that one look shows all of it. */
class PolicyReader {
  readonly problems: PolicyProblem[] = [];
  readonly #document: YamlDocument;

  constructor(document: YamlDocument) {
    this.#document = document;
  }

  read(): PolicyFileContent {
    const fields = this.#fields(this.#document.contents, 'A policy file', topFields);
    this.#version(fields.get('version')?.value);
    return {
      extends: this.#extends(fields.get('extends')?.value),
      simulate: this.#simulate(fields.get('simulate')?.value),
      deny: this.#rules('deny', fields.get('deny')?.value),
      ask: this.#rules('ask', fields.get('ask')?.value),
      allow: this.#rules('allow', fields.get('allow')?.value),
      defaults: this.#defaults(fields.get('default')?.value),
    };
  }

  /** The fields of a mapping; with `known`, no others. */
  #fields(node: unknown, what: string, known?: readonly string[]): Fields {
    if (!isMap(node)) {
      this.#fail(
        node,
        `${what} must be a mapping${known === undefined ? '' : ` with ${listed(known)}`}, got ${shown(node)}.`,
      );
      return new Map();
    }
    return new Map(node.items.flatMap((pair) => this.#field(pair, what, known)));
  }

  #field(
    { key, value }: Pair,
    what: string,
    known?: readonly string[],
  ): readonly (readonly [string, { key: unknown; value: unknown }])[] {
    const name = textOf(key);
    if (name === undefined) {
      this.#fail(key, `Expected the name of a field, got ${shown(key)}.`);
      return [];
    }
    if (known !== undefined && !known.includes(name)) {
      const nearest = nearestName(name, known);
      const hint = nearest === undefined ? `The fields are ${listed(known)}.` : `Did you mean "${nearest}"?`;
      this.#fail(key, `${what} has no field ${JSON.stringify(name)}. ${hint}`);
      return [];
    }
    if (value === null || (isScalar(value) && value.value === null)) {
      this.#fail(key, `The field "${name}" has no value; leave it out where there is none.`);
      return [];
    }
    return [[name, { key, value }]];
  }

  #version(node: unknown): void {
    if (node === undefined || (isScalar(node) && node.value === 1)) return;
    this.#fail(node, `Expected the version 1, the only one there is, got ${shown(node)}.`);
  }

  #extends(node: unknown): PolicyFileContent['extends'] {
    if (node === undefined) return [];
    return (isSeq(node) ? node.items : [node]).flatMap((item) => {
      const path = textOf(item);
      if (path !== undefined && path !== '' && !path.includes('\0')) return [{ path, ...this.#at(item) }];
      this.#fail(item, `Expected the path of a policy file, or a list of them, got ${shown(item)}.`);
      return [];
    });
  }

  #simulate(node: unknown): boolean {
    if (node === undefined) return false;
    if (isScalar(node) && typeof node.value === 'boolean') return node.value;
    this.#fail(node, `Expected \`simulate\` to be true or false, got ${shown(node)}.`);
    return false;
  }

  #rules(list: 'allow' | 'ask' | 'deny', node: unknown): readonly FileRule[] {
    if (node === undefined) return [];
    if (!isSeq(node)) {
      this.#fail(node, `Expected \`${list}\` to be a list of rules, got ${shown(node)}.`);
      return [];
    }
    return node.items.flatMap((item) => {
      const rule = textOf(item) ?? (isMap(item) ? this.#argumentRule(list, item) : this.#noRule(item));
      return rule === undefined ? [] : [{ rule, ...this.#at(item) }];
    });
  }

  #noRule(node: unknown): undefined {
    this.#fail(node, `Expected a rule as text, such as "Edit(src/**)", got ${shown(node)}.`);
  }

  #argumentRule(list: string, node: unknown): ArgumentRule | undefined {
    if (list === 'allow') {
      this.#fail(node, `An allow rule is text: ${allowsNoArguments}`);
      return undefined;
    }
    const before = this.problems.length;
    const fields = this.#fields(node, 'A rule about arguments', ['tool', 'args', 'case']);
    const missing = ['tool', 'args'].find((name) => !fields.has(name));
    if (missing !== undefined && this.problems.length === before) {
      this.#fail(node, `A rule about arguments needs the field "${missing}".`);
    }
    if (this.problems.length > before) return undefined;
    const tool = this.#text(fields.get('tool')?.value, '`tool`', 'the name of a tool');
    const args = this.#fields(fields.get('args')?.value, '`args`');
    const patterns = [...args].map(
      ([path, { value }]) => [path, this.#text(value, `the pattern of \`${path}\``, 'a text in quotes')] as const,
    );
    const matching = fields.has('case')
      ? this.#oneOf(fields.get('case')?.value, '`case`', ['ignore', 'exact'] as const)
      : undefined;
    if (this.problems.length > before) return undefined;
    return { tool, args: Object.fromEntries(patterns), ...(matching === undefined ? {} : { case: matching }) };
  }

  #defaults(node: unknown): readonly FileDefault[] {
    if (node === undefined) return [];
    if (textOf(node) !== undefined) {
      const decision = this.#oneOf(node, '`default`', decisions);
      if (decision === undefined) return [];
      return accessKinds.map((kind) => ({
        subject: { kind },
        decision,
        text: `default: ${decision}`,
        ...this.#at(node),
      }));
    }
    const fields = this.#fields(node, '`default`', [...accessKinds, 'tools']);
    const tools = fields.has('tools')
      ? this.#fields(fields.get('tools')?.value, '`default.tools`')
      : new Map<never, never>();
    return [
      ...accessKinds.flatMap((kind) => this.#default(kind, { kind }, fields.get(kind))),
      ...[...tools].flatMap(([tool, field]) => this.#default(`tools.${tool}`, { tool }, field)),
    ];
  }

  #default(
    name: string,
    subject: FileDefault['subject'],
    field: { readonly key: unknown; readonly value: unknown } | undefined,
  ): readonly FileDefault[] {
    if (field === undefined) return [];
    const decision = this.#oneOf(field.value, `\`default.${name}\``, decisions);
    if (decision === undefined) return [];
    return [{ subject, decision, text: `default.${name}: ${decision}`, ...this.#at(field.key) }];
  }

  #oneOf<Value extends string>(node: unknown, what: string, values: readonly Value[]): Value | undefined {
    const given = textOf(node);
    const found = values.find((value) => value === given);
    if (found !== undefined) return found;
    const nearest = given === undefined ? undefined : nearestName(given, values);
    const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
    this.#fail(node, `Expected ${what} to be ${values.join(', ')}, got ${shown(node)}.${hint}`);
    return undefined;
  }

  #text(node: unknown, what: string, kind: string): string {
    const text = textOf(node);
    if (text === undefined) this.#fail(node, `Expected ${what} to be ${kind}, got ${shown(node)}.`);
    return text ?? '';
  }

  #fail(node: unknown, message: string): void {
    this.problems.push({ ...this.#at(node), message });
  }

  #at(node: unknown): FilePosition {
    return this.#document.positionOf(node);
  }
}

const topFields: readonly string[] = ['version', 'extends', 'simulate', 'deny', 'ask', 'allow', 'default'];

function textOf(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

/** A node for a message: what is no plain value by its kind. */
function shown(node: unknown): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  const value: unknown = isScalar(node) ? node.value : node;
  if (value === null || value === undefined) return 'nothing';
  return JSON.stringify(value) ?? typeof value;
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
