import type {
  CallExpression,
  ComprehensionExpression,
  Expression,
  FunctionDefinition,
  LogicalExpression,
  MemberExpression,
} from '../program/program.ts';
import type { CallSite } from './call-site.ts';
import { refine, type ConditionContext } from './conditions.ts';
import type { ClassModel, FilledPlace, FunctionModel, PassedTaint, PassedValue } from './definition.ts';
import type { Environment } from './environment.ts';
import type { LanguageModel } from './language-model.ts';
import { MUTATORS } from './mutators.ts';
import { placeOf, rootOf } from './place.ts';
import { substituteValue } from './substitute.ts';
import type { Surroundings } from './surroundings.ts';
import { CLEAN, cleanTaint, familySet, joinTaint, type FamilySet, type Origin } from './taint.ts';
import {
  cleaned,
  concatenate,
  constantText,
  derived,
  elementOf,
  FIXED,
  joinAll,
  joinValues,
  listValue,
  literalValue,
  UNKNOWN,
  valueFrom,
  valueWith,
  type Value,
} from './value.ts';

const MAX_REF_LENGTH = 160;

/** Reads the functions that stand in expressions; the interpreter does. */
export interface FunctionReader {
  /** The function as a value; its body is read later, unless it is read at once. */
  functionValue(definition: FunctionDefinition, environment: Environment): Value;
  /** Reads the body at once, as it is called here, and gives what it returns; nothing where it is nested too deep. */
  readNow(called: FunctionModel, given: readonly (Value | undefined)[], environment: Environment): Value | undefined;
}

/** Evaluates expressions to what is known of their values, and keeps what it met. */
export class Evaluator {
  readonly model: LanguageModel;
  /** Classes of the file, by name. */
  readonly classes: Map<string, ClassModel> = new Map();
  /** What callers in the file pass to its functions. */
  readonly passed: PassedTaint = new Map();
  /** The values themselves, with the calls that pass them, by the parameter's origin. */
  readonly passedValues: Map<Origin, PassedValue[]> = new Map();
  /** What calls fill beside what they give back. */
  readonly filled: FilledPlace[] = [];
  /** Function whose body is being read. */
  caller: FunctionDefinition | undefined;
  /** Class whose method is being read. */
  callerClass: ClassModel | undefined;
  readonly #values = new Map<Expression, Value>();
  readonly #sites = new Map<CallExpression, CallSite>();
  readonly #surroundings: Surroundings;
  readonly #functions: FunctionReader;
  readonly #conditions: ConditionContext;

  constructor(model: LanguageModel, surroundings: Surroundings, functions: FunctionReader) {
    this.model = model;
    this.#surroundings = surroundings;
    this.#functions = functions;
    this.#conditions = {
      model,
      known: (expression) => this.known(expression),
      siteOf: (call) => this.#sites.get(call),
      proved: (site) => this.#proved(site),
    };
  }

  /** Every call met, in no particular order. */
  get sites(): Iterable<CallSite> {
    return this.#sites.values();
  }

  /** Value that an expression had when it was last evaluated. */
  known(expression: Expression): Value {
    return this.#values.get(expression) ?? UNKNOWN;
  }

  /** Evaluates an expression and keeps the result. */
  evaluate(expression: Expression, environment: Environment): Value {
    const value = this.#evaluate(expression, environment);
    this.#values.set(expression, value);
    return value;
  }

  /** Learns from a condition that has been evaluated. */
  refine(condition: Expression, isTrue: boolean, environment: Environment): void {
    refine(condition, isTrue, environment, this.#conditions);
  }

  /** Gives a value to a name, an attribute, an element or several of them. */
  assign(target: Expression, value: Value, environment: Environment, assigned: Expression | undefined): void {
    switch (target.kind) {
      case 'name':
        environment.set(target.name, value, assigned);
        break;
      case 'member':
      case 'index':
        this.#assignPlace(target, value, environment);
        break;
      case 'sequence':
        if (this.model.unpacked !== undefined && value.items?.length !== target.elements.length) {
          const parts = this.model.unpacked(value, target.elements.length);
          // A check of one of them, such as an error, says something of the call that gave them all.
          target.elements.forEach((element, position) => {
            this.assign(element, parts[position] ?? UNKNOWN, environment, assigned);
          });
          break;
        }
        target.elements.forEach((element, position) => {
          const isAligned = value.items?.length === target.elements.length && element.kind !== 'spread';
          const part = (isAligned ? value.items?.[position] : undefined) ?? elementOf(value);
          this.assign(element, part, environment, this.model.unpacked === undefined ? undefined : assigned);
        });
        break;
      case 'spread':
        this.assign(target.value, listValue([value]), environment, undefined);
        break;
      default:
        break;
    }
    this.#values.set(target, value);
  }

  #assignPlace(target: Expression & { kind: 'member' | 'index' }, value: Value, environment: Environment): void {
    const container = this.evaluate(target.object, environment);
    if (target.kind === 'index' && target.index !== undefined) this.evaluate(target.index, environment);
    const owner = container.instanceOf;
    if (target.kind === 'member' && owner !== undefined) {
      const field = owner.fields.get(target.property);
      owner.fields.set(target.property, field === undefined ? value : joinValues(field, value));
    }
    if (target.kind === 'index') {
      this.#addTo(target.object, container, [value], environment, indexKey(this, target.index));
    }
    if (target.kind === 'member' && owner === undefined && container.entries !== undefined) {
      this.#addTo(target.object, container, [value], environment, target.property);
    }
    escape(value);
    const place = placeOf(target);
    if (place === undefined) return;
    environment.refine(place, value, environment.get(rootOf(place))?.value);
  }

  /** The container holds the values from here on, whatever it held before. */
  #addTo(
    object: Expression,
    container: Value,
    values: readonly Value[],
    environment: Environment,
    key: string | undefined,
  ): void {
    const place = placeOf(object);
    if (place === undefined || environment.get(place) === undefined) return;
    const grown: Value = {
      ...container,
      taint: values.reduce((taint, value) => joinTaint(taint, value.taint), container.taint),
      literal: undefined,
      text: container.text === undefined ? undefined : [...container.text, ...values],
      items: container.items === undefined ? undefined : [...container.items, ...values].slice(-200),
      entries:
        container.entries === undefined
          ? undefined
          : new Map([...container.entries, [key ?? '*', joinAll(values)] as const]),
    };
    environment.refine(place, grown, environment.get(place)?.root);
  }

  #evaluate(expression: Expression, environment: Environment): Value {
    switch (expression.kind) {
      case 'literal':
        return literalValue(expression.value);
      case 'name':
        return (
          environment.get(expression.name)?.value ??
          this.#surroundings.visible(expression.name) ??
          this.model.global(expression.name)
        );
      case 'template':
        return this.#template(expression, environment);
      case 'member':
        return this.#member(expression, environment);
      case 'index': {
        const object = this.evaluate(expression.object, environment);
        const index = expression.index === undefined ? undefined : this.evaluate(expression.index, environment);
        return this.#placed(expression, environment) ?? this.model.index(object, index) ?? indexed(object, index);
      }
      case 'call':
        return this.#call(expression, environment);
      case 'binary':
        return this.#binary(expression, environment);
      case 'logical':
        return this.#logical(expression, environment);
      case 'compare':
        for (const operand of expression.operands) this.evaluate(operand, environment);
        return FIXED;
      case 'not':
        this.evaluate(expression.operand, environment);
        return FIXED;
      case 'conditional': {
        this.evaluate(expression.test, environment);
        const whenTrue = environment.fork();
        const whenFalse = environment.fork();
        this.refine(expression.test, true, whenTrue);
        this.refine(expression.test, false, whenFalse);
        return joinValues(
          this.evaluate(expression.consequence, whenTrue),
          this.evaluate(expression.alternative, whenFalse),
        );
      }
      case 'sequence':
        return listValue(expression.elements.map((element) => escape(this.evaluate(element, environment))));
      case 'mapping':
        return this.#mapping(expression, environment);
      case 'comprehension':
        return this.#comprehension(expression, environment.fork());
      case 'lambda': {
        const inside = environment.fork();
        for (const parameter of expression.parameters) {
          inside.set(parameter.name, valueFrom('unknown', `$${parameter.name}`));
        }
        this.evaluate(expression.body, inside);
        return FIXED;
      }
      case 'function-value':
        return this.#functions.functionValue(expression.definition, environment);
      case 'binding': {
        const value = this.evaluate(expression.value, environment);
        this.assign(expression.target, value, environment, expression.value);
        return value;
      }
      case 'spread':
        return elementOf(this.evaluate(expression.value, environment));
      case 'opaque': {
        const parts = expression.parts.map((part) => this.evaluate(part, environment));
        return parts.length === 0 ? UNKNOWN : derived(joinAll(parts));
      }
    }
  }

  #template(expression: Expression & { kind: 'template' }, environment: Environment): Value {
    const parts = expression.parts.map((part) => {
      if (typeof part === 'string') return part;
      const value = this.evaluate(part.expression, environment);
      if (part.conversion === 'number') return FIXED;
      return part.conversion === 'quoted' ? cleaned(value, familySet('log', 'header')) : value;
    });
    return concatenate(parts, expression);
  }

  #member(expression: MemberExpression, environment: Environment): Value {
    const object = this.evaluate(expression.object, environment);
    const placed = this.#placed(expression, environment);
    if (placed !== undefined) return placed;
    if (object.definition?.kind === 'module') {
      const exported = object.definition.exports.get(expression.property);
      if (exported !== undefined) return exported;
    }
    const known = this.model.member(object, expression.property, this.callerClass);
    if (known !== undefined) return this.#foreign(known) ?? known;
    const own = this.#ownMember(object, expression.property);
    if (own !== undefined) return own;
    return derived(
      object.instanceOf === undefined ? object : UNKNOWN,
      object.ref === '' ? `?.${expression.property}` : shortened(`${object.ref}.${expression.property}`),
    );
  }

  /** A field or method of an instance of a class of this file, its own or inherited in the file. */
  #ownMember(object: Value, property: string): Value | undefined {
    let owner = object.instanceOf ?? (object.definition?.kind === 'class' ? object.definition : undefined);
    for (let steps = 0; owner !== undefined && steps < 8; steps += 1) {
      const method = owner.methods.get(property);
      if (method !== undefined) return this.#method(method, property);
      const field = owner.fields.get(property);
      if (field !== undefined) return field.ref === '' ? { ...field, ref: `$self.${property}` } : field;
      owner = owner.bases
        .map((base) => this.classes.get(base.replace(/^local\./, '')))
        .find((base) => base !== undefined);
    }
    return undefined;
  }

  #method(method: FunctionModel, property: string): Value {
    const isProperty = method.definition.decorators.some(
      (decorator) => decorator.kind === 'name' && /(?:^|_)property$/.test(decorator.name),
    );
    if (isProperty) return method.returns ?? UNKNOWN;
    return valueWith({ ref: `local.${property}`, definition: method });
  }

  /** What is remembered of a place, while the name it starts with still stands for the same. */
  #placed(expression: Expression, environment: Environment): Value | undefined {
    const place = placeOf(expression);
    if (place === undefined) return undefined;
    const binding = environment.get(place);
    if (binding === undefined) return undefined;
    const root = environment.get(rootOf(place))?.value;
    return binding.root === root ? binding.value : undefined;
  }

  /** What a call such as `require("./store")` brings in. */
  #broughtIn(result: Value): Value {
    return result.taint.size === 0 && /^[.@~]/.test(result.ref) ? (this.#foreign(result) ?? result) : result;
  }

  /** The part of another file of the review that is called so. */
  #foreign({ ref, taint, definition }: Value): Value | undefined {
    return ref === '' || taint.size > 0 || definition !== undefined ? undefined : this.#surroundings.imported(ref);
  }

  #mapping(expression: Expression & { kind: 'mapping' }, environment: Environment): Value {
    const entries = new Map<string, Value>();
    let taint = CLEAN;
    for (const entry of expression.entries) {
      const key = entry.key === undefined ? undefined : this.evaluate(entry.key, environment);
      const value = escape(this.evaluate(entry.value, environment));
      entries.set(constantText(key) ?? '*', value);
      taint = joinTaint(taint, joinTaint(value.taint, key?.taint ?? CLEAN));
    }
    return valueWith({ taint, entries, trail: joinAll(entries.values()).trail });
  }

  #comprehension(expression: ComprehensionExpression, inside: Environment): Value {
    for (const clause of expression.clauses) {
      if (clause.kind === 'for') {
        const iterable = this.evaluate(clause.iterable, inside);
        this.assign(clause.target, elementOf(iterable), inside, undefined);
      } else {
        this.evaluate(clause.condition, inside);
        this.refine(clause.condition, true, inside);
      }
    }
    const key = expression.key === undefined ? undefined : this.evaluate(expression.key, inside);
    const element = this.evaluate(expression.element, inside);
    if (key === undefined) return listValue([element]);
    return valueWith({
      taint: joinTaint(key.taint, element.taint),
      entries: new Map([['*', element]]),
      trail: element.trail,
    });
  }

  /** Long sums lean left: followed down without recursion. */
  #binary(expression: Expression & { kind: 'binary' }, environment: Environment): Value {
    const spine = [expression];
    let leftmost: Expression = expression.left;
    while (leftmost.kind === 'binary') {
      spine.push(leftmost);
      leftmost = leftmost.left;
    }
    return spine.reduceRight(
      (left, operation) => {
        const right = this.evaluate(operation.right, environment);
        const value = this.model.binary(operation.operator, left, right, operation);
        this.#values.set(operation, value);
        return value;
      },
      this.evaluate(leftmost, environment),
    );
  }

  #logical(expression: LogicalExpression, environment: Environment): Value {
    const spine = [expression];
    let leftmost: Expression = expression.left;
    while (leftmost.kind === 'logical') {
      spine.push(leftmost);
      leftmost = leftmost.left;
    }
    let value = this.evaluate(leftmost, environment);
    let before: Expression = leftmost;
    for (const operation of spine.toReversed()) {
      const inside = environment.fork();
      this.refine(before, operation.operator === 'and', inside);
      const right = this.evaluate(operation.right, inside);
      // What is empty or absent on the left of `or` does no harm, so its default stands in for it.
      value = operation.operator === 'and' ? right : joinValues(value, right);
      this.#values.set(operation, value);
      before = operation;
    }
    return value;
  }

  #call(call: CallExpression, environment: Environment): Value {
    const callee = this.evaluate(call.callee, environment);
    const receiver = call.callee.kind === 'member' ? this.known(call.callee.object) : undefined;
    const positional: Value[] = [];
    const named = new Map<string, Value>();
    const spread: Value[] = [];
    for (const argument of call.arguments) {
      const value = this.evaluate(argument.value, environment);
      if (argument.spread !== undefined) spread.push(value);
      else if (argument.name === undefined) positional.push(value);
      else named.set(argument.name, value);
    }
    const { definition } = callee;
    const returned = new Map<number, Value>();
    const site: CallSite = {
      call,
      ref: callee.ref,
      callee,
      receiver,
      positional,
      named,
      spread,
      returned,
      definition: definition?.kind === 'function' ? definition : undefined,
      isAuthenticated: environment.isAuthenticated,
      caller: this.caller,
      callerClass: this.callerClass,
    };
    this.#sites.set(call, site);
    if (call.callee.kind === 'member' && receiver !== undefined && MUTATORS.has(call.callee.property)) {
      this.#addTo(call.callee.object, receiver, [...positional, ...named.values()], environment, undefined);
    }
    this.#handOver(site, returned, environment);
    if (definition?.kind === 'function') return this.#callOwn(site, definition, environment);
    if (definition?.kind === 'class') return this.#instantiate(site, definition, environment);
    const result = this.#broughtIn(this.model.call(site));
    for (const { about, value } of this.model.fills?.(site) ?? []) {
      const filled = about === 'receiver' ? chainStart(call) : call.arguments[about]?.value;
      const place = filled === undefined ? undefined : placeOf(filled);
      if (place === undefined) continue;
      this.filled.push({ call, place });
      const root = rootOf(place);
      environment.refine(place, value, root === place ? undefined : environment.get(root)?.value);
    }
    return result.ref.endsWith('()') && result.madeBy === undefined ? { ...result, madeBy: call } : result;
  }

  #instantiate(site: CallSite, owner: ClassModel, environment: Environment): Value {
    for (const [name, method] of owner.methods) {
      if (this.model.isConstructor(name)) this.#callOwn(site, method, environment);
    }
    if (this.model.fillsFields === true) {
      for (const [name, value] of site.named) {
        const field = owner.fields.get(name);
        owner.fields.set(name, field === undefined ? value : joinValues(field, value));
      }
    }
    return valueWith({ ref: `local.${owner.definition.name}()`, instanceOf: owner, madeBy: site.call });
  }

  #callOwn(site: CallSite, called: FunctionModel, environment: Environment): Value {
    called.isCalled = true;
    const values = this.#passArguments(site, called);
    for (const [name, families] of called.ensures) {
      const argument = this.#argumentFor(called, name, site);
      const place = argument === undefined ? undefined : placeOf(argument);
      if (place !== undefined) environment.clean(place, families, cleaned);
    }
    if (called.returns === undefined) return FIXED;
    return substituteValue(called.returns, values);
  }

  /** Notes what the call passes to each parameter. */
  #passArguments(site: CallSite, called: FunctionModel): Map<Origin, Value> {
    const values = new Map<Origin, Value>();
    const { parameters } = called.definition;
    const skipped = this.#isBound(called) ? 1 : 0;
    const spread = site.spread.length === 0 ? undefined : joinAll(site.spread);
    parameters.slice(skipped).forEach((parameter, position) => {
      const origin = called.origins.get(parameter.name);
      if (origin === undefined) return;
      const given =
        parameter.rest === undefined
          ? (site.named.get(parameter.name) ?? site.positional[position] ?? spread)
          : listValue([...site.positional.slice(position), ...site.named.values(), ...site.spread]);
      const isFixed = parameter.fallback === undefined || called.isForeign;
      const value = given ?? (isFixed ? FIXED : this.known(parameter.fallback));
      values.set(origin, value);
      this.#notePassed(origin, value, site);
    });
    return values;
  }

  #notePassed(origin: Origin, value: Value, site: CallSite): void {
    const others = this.passedValues.get(origin);
    if (others === undefined) this.passedValues.set(origin, [{ call: site.call, value }]);
    else others.push({ call: site.call, value });
    this.passed.set(origin, joinTaint(this.passed.get(origin) ?? CLEAN, cleanTaint(value.taint, 0)));
  }

  /** Functions among the arguments are called by what is called, now or later. */
  #handOver(site: CallSite, returned: Map<number, Value>, environment: Environment): void {
    const inPlace = site.call.arguments.filter(({ name, spread }) => name === undefined && spread === undefined);
    site.positional.forEach(({ definition }, position) => {
      if (definition?.kind !== 'function') return;
      const plan = this.model.callback?.(site, position);
      const isWritten = inPlace[position]?.value.kind === 'function-value';
      if (plan === undefined) definition.isEscaped = true;
      if (plan?.when === 'later' && (!isWritten || this.caller === undefined)) {
        definition.given = plan.given;
      } else if (isWritten && (plan?.when === 'now' || this.caller !== undefined)) {
        const result = this.#functions.readNow(definition, plan?.given ?? [], environment);
        if (result !== undefined) returned.set(position, result);
      } else if (plan !== undefined) {
        returned.set(position, this.#callNamed(site, definition, plan.given));
      }
    });
  }

  /** A function that is handed over by its name, and called with what is known. */
  #callNamed(site: CallSite, called: FunctionModel, given: readonly (Value | undefined)[]): Value {
    called.isCalled = true;
    const values = new Map<Origin, Value>();
    called.definition.parameters.forEach((parameter, position) => {
      const origin = called.origins.get(parameter.name);
      if (origin === undefined) return;
      const value = given[position] ?? FIXED;
      values.set(origin, value);
      this.#notePassed(origin, value, site);
    });
    return called.returns === undefined ? FIXED : substituteValue(called.returns, values);
  }

  #proved(site: CallSite): { argument: Expression; families: FamilySet }[] {
    const called = site.definition;
    if (called === undefined) return [];
    return [...called.proves].flatMap(([name, families]) => {
      const argument = this.#argumentFor(called, name, site);
      return argument === undefined ? [] : [{ argument, families }];
    });
  }

  /** Whether the first parameter is the object itself. */
  #isBound(called: FunctionModel): boolean {
    return this.model.selfName === undefined && isMethod(called);
  }

  #argumentFor(called: FunctionModel, name: string, site: CallSite): Expression | undefined {
    const byName = site.call.arguments.find((argument) => argument.name === name);
    if (byName !== undefined) return byName.value;
    const position = called.definition.parameters.findIndex((parameter) => parameter.name === name);
    const argument = site.call.arguments[position - (this.#isBound(called) ? 1 : 0)];
    return argument?.name === undefined && argument?.spread === undefined ? argument?.value : undefined;
  }
}

/** A function that is kept in a structure can be called by whoever gets that. */
function escape(value: Value): Value {
  if (value.definition?.kind === 'function') value.definition.isEscaped = true;
  return value;
}

/** What a chain of calls such as `text.append(a).append(b)` starts from. */
function chainStart(call: CallExpression): Expression | undefined {
  let current: Expression = call;
  while (current.kind === 'call' && current.callee.kind === 'member') current = current.callee.object;
  return current.kind === 'call' ? undefined : current;
}

function isMethod(called: FunctionModel): boolean {
  return (
    called.owner !== undefined &&
    !called.definition.decorators.some((decorator) => decorator.kind === 'name' && decorator.name === 'staticmethod')
  );
}

function indexKey(evaluator: Evaluator, index: Expression | undefined): string | undefined {
  return index === undefined ? undefined : constantText(evaluator.known(index));
}

function indexed(object: Value, index: Value | undefined): Value {
  const key = constantText(index);
  if (key !== undefined && object.entries !== undefined) {
    return object.entries.get(key) ?? object.entries.get('*') ?? derived(object);
  }
  if (typeof index?.literal === 'number' && object.items !== undefined) {
    return object.items.at(index.literal) ?? elementOf(object);
  }
  // A part of a string keeps its origin, not its shape.
  if (object.text !== undefined) return derived(object);
  return elementOf(object);
}

function shortened(ref: string): string {
  return ref.length > MAX_REF_LENGTH ? `?${ref.slice(-MAX_REF_LENGTH)}` : ref;
}
