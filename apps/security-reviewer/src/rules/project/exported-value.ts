import type { ClassModel, FunctionModel, ModuleModel } from '../flow/definition.ts';
import { valueWith, type Value } from '../flow/value.ts';

const MAX_DEPTH = 4;

/** Copies what a file exports for others to see: what it means, without the expressions of the file that it came from. */
export class Exporter {
  readonly #functions = new Map<FunctionModel, FunctionModel>();
  readonly #classes = new Map<ClassModel, ClassModel>();
  readonly #classNamed: (ref: string) => ClassModel | undefined;

  /** @param classNamed - The class of the file that another one names as its base. */
  constructor(classNamed: (ref: string) => ClassModel | undefined) {
    this.#classNamed = classNamed;
  }

  /** The value as other files see it, under the path that they import it by where it has no better name. */
  value(value: Value, path: string): Value {
    const copy = this.#copy(value, 0);
    const isOwn = copy.ref === '' || /^local\.\w+$/.test(copy.ref);
    return isOwn ? { ...copy, ref: path } : copy;
  }

  #copy(value: Value, depth: number): Value {
    if (depth > MAX_DEPTH) return valueWith({ taint: value.taint, ref: value.ref });
    const part = (inner: Value): Value => this.#copy(inner, depth + 1);
    return {
      ...value,
      text: value.text?.map((piece) => (typeof piece === 'string' ? piece : part(piece))),
      items: value.items?.map(part),
      entries:
        value.entries === undefined ? undefined : new Map([...value.entries].map(([key, entry]) => [key, part(entry)])),
      definition: value.definition === undefined ? undefined : this.#definition(value.definition),
      instanceOf: value.instanceOf === undefined ? undefined : this.#class(value.instanceOf),
      madeBy: undefined,
      trail: [],
    };
  }

  #definition(definition: FunctionModel | ClassModel | ModuleModel): FunctionModel | ClassModel | ModuleModel {
    switch (definition.kind) {
      case 'function':
        return this.#function(definition);
      case 'class':
        return this.#class(definition);
      case 'module':
        return definition;
    }
  }

  #function(model: FunctionModel): FunctionModel {
    if (model.isForeign) return model;
    const known = this.#functions.get(model);
    if (known !== undefined) return known;
    // The class copies its methods, this one with them.
    const owner = model.owner === undefined ? undefined : this.#class(model.owner);
    const copied = this.#functions.get(model);
    if (copied !== undefined) return copied;
    const definition = { ...model.definition, body: [] };
    const copy: FunctionModel = { ...model, definition, owner, returns: undefined, isForeign: true };
    this.#functions.set(model, copy);
    copy.returns = model.returns === undefined ? undefined : this.#copy(model.returns, 1);
    return copy;
  }

  /** With what it inherits from classes of its file. */
  #class(model: ClassModel): ClassModel {
    const known = this.#classes.get(model);
    if (known !== undefined) return known;
    const copy: ClassModel = {
      ...model,
      definition: { ...model.definition, body: [] },
      methods: new Map(),
      fields: new Map(),
    };
    this.#classes.set(model, copy);
    let owner: ClassModel | undefined = model;
    for (let steps = 0; owner !== undefined && steps < 8; steps += 1) {
      for (const [name, method] of owner.methods) {
        if (!copy.methods.has(name)) copy.methods.set(name, this.#function(method));
      }
      for (const [name, field] of owner.fields) if (!copy.fields.has(name)) copy.fields.set(name, this.#copy(field, 1));
      owner = owner.bases.map((base) => this.#classNamed(base)).find((base) => base !== undefined);
    }
    return copy;
  }
}
