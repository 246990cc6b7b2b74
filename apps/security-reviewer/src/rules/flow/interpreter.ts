import type {
  ClassDefinition,
  Expression,
  FunctionDefinition,
  IfStatement,
  ImportBinding,
  LoopStatement,
  Program,
  Statement,
  TryStatement,
} from '../program/program.ts';
import type { CallSite } from './call-site.ts';
import type { ClassModel, FilledPlace, FunctionModel, PassedTaint, PassedValue } from './definition.ts';
import { Environment } from './environment.ts';
import { Evaluator, type FunctionReader } from './evaluator.ts';
import type { LanguageModel } from './language-model.ts';
import { parameterOrigin } from './parameter-origin.ts';
import { placeOf } from './place.ts';
import type { Surroundings } from './surroundings.ts';
import { ALL_FAMILIES, CLEAN, type FamilySet, type Origin } from './taint.ts';
import { cleaned, elementOf, joinValues, valueFrom, valueWith, type Value } from './value.ts';

/** What reading a whole program leaves behind. */
export interface FlowResult {
  readonly sites: Iterable<CallSite>;
  readonly valueOf: (expression: Expression) => Value;
  readonly passed: PassedTaint;
  readonly passedValues: ReadonlyMap<Origin, readonly PassedValue[]>;
  readonly filled: readonly FilledPlace[];
  /** Origins of parameters that only code of this file fills. */
  readonly closed: ReadonlySet<Origin>;
  /** Origins of parameters of constructors: settings of an object, more often than data. */
  readonly configuring: ReadonlySet<Origin>;
  /** What its top level binds, by name or place, after it has run. */
  readonly bindings: ReadonlyMap<string, Value>;
}

/** Rounds over the program: each carries what functions return one call further. */
const ROUNDS = 3;
const MAX_DEPTH = 120;
/** Loops within each other whose bodies are read twice. */
const MAX_LOOPS = 4;

/** Reads a program from top to bottom, as often as what its functions return takes to settle, within reason. */
export function interpret(program: Program, model: LanguageModel, surroundings: Surroundings): FlowResult {
  let summaries = new Map<FunctionDefinition, Summary>();
  let fields = new Map<ClassDefinition, ReadonlyMap<string, Value>>();
  for (let round = 1; ; round += 1) {
    const interpreter = new Interpreter(model, surroundings, summaries, fields);
    interpreter.run(program);
    if (round === ROUNDS || program.functions.length === 0) return interpreter.result();
    summaries = interpreter.summaries();
    fields = interpreter.fields();
  }
}

/** What calling a function does, as far as its callers can tell. */
interface Summary {
  readonly returns: Value | undefined;
  /** Parameters that are safe whenever it returns, with the families. */
  readonly ensures: ReadonlyMap<string, FamilySet>;
  /** Parameters that are safe where what it returns is true. */
  readonly proves: ReadonlyMap<string, FamilySet>;
}

interface OpenFunction {
  readonly model: FunctionModel;
  returns: Value | undefined;
  /** What is ensured at every exit so far; nothing before the first. */
  ensures: Map<string, FamilySet> | undefined;
  proves: Map<string, FamilySet> | undefined;
}

class Interpreter implements FunctionReader {
  readonly #model: LanguageModel;
  readonly #surroundings: Surroundings;
  readonly #evaluator: Evaluator;
  readonly #previous: ReadonlyMap<FunctionDefinition, Summary>;
  readonly #previousFields: ReadonlyMap<ClassDefinition, ReadonlyMap<string, Value>>;
  readonly #functions = new Map<FunctionDefinition, FunctionModel>();
  readonly #finished = new Map<FunctionDefinition, Summary>();
  readonly #classModels: ClassModel[] = [];
  /** Bodies that are read when what is around them has been. */
  readonly #waiting: { model: FunctionModel; around: Environment }[] = [];
  readonly #top = new Environment();
  #open: OpenFunction | undefined;
  #depth = 0;
  #loops = 0;

  constructor(
    model: LanguageModel,
    surroundings: Surroundings,
    previous: ReadonlyMap<FunctionDefinition, Summary>,
    previousFields: ReadonlyMap<ClassDefinition, ReadonlyMap<string, Value>>,
  ) {
    this.#model = model;
    this.#surroundings = surroundings;
    this.#previous = previous;
    this.#previousFields = previousFields;
    this.#evaluator = new Evaluator(model, surroundings, this);
  }

  run(program: Program): void {
    this.#block(program.body, this.#top);
    // Functions found while reading one join the end of the line.
    for (let waiting = this.#waiting.shift(); waiting !== undefined; waiting = this.#waiting.shift()) {
      if (!waiting.model.isRead) this.#readFunction(waiting.model, new Environment(waiting.around));
    }
  }

  result(): FlowResult {
    const functions = [...this.#functions.values()];
    // Whoever sees the functions from now on sees what the last round has learnt of them.
    for (const model of functions) Object.assign(model, this.#finished.get(model.definition));
    const closed = functions
      .filter((model) => model.isCalled && !model.isEscaped && this.#model.isPrivate(model.definition))
      .flatMap((model) => [...model.origins.values()]);
    const configuring = functions
      .filter((model) => this.#model.isConstructor(model.definition.name))
      .flatMap((model) => [...model.origins.values()]);
    return {
      sites: this.#evaluator.sites,
      valueOf: (expression) => this.#evaluator.known(expression),
      passed: this.#evaluator.passed,
      passedValues: this.#evaluator.passedValues,
      filled: this.#evaluator.filled,
      closed: new Set(closed),
      configuring: new Set(configuring),
      bindings: new Map([...this.#top.own()].map(([name, { value }]) => [name, value])),
    };
  }

  summaries(): Map<FunctionDefinition, Summary> {
    return this.#finished;
  }

  fields(): Map<ClassDefinition, ReadonlyMap<string, Value>> {
    return new Map(this.#classModels.map((model) => [model.definition, model.fields]));
  }

  #block(statements: readonly Statement[], environment: Environment): void {
    if (this.#depth >= MAX_DEPTH) return;
    this.#depth += 1;
    const hoisted = this.#model.hoistsFunctions === true;
    for (const statement of hoisted ? statements : []) {
      if (statement.kind === 'function') this.#function(statement, environment, undefined);
    }
    for (const statement of statements) {
      if (!hoisted || statement.kind !== 'function') this.#statement(statement, environment);
    }
    this.#depth -= 1;
  }

  #statement(statement: Statement, environment: Environment): void {
    switch (statement.kind) {
      case 'expression':
        this.#evaluator.evaluate(statement.expression, environment);
        if (this.#isExit(statement.expression)) environment.isLive = false;
        this.#assert(statement.expression, environment);
        break;
      case 'assign': {
        const value = this.#assigned(statement, environment);
        const assigned = statement.operator === undefined ? statement.value : undefined;
        for (const target of statement.targets) this.#evaluator.assign(target, value, environment, assigned);
        break;
      }
      case 'if':
        this.#if(statement, environment);
        break;
      case 'loop':
        this.#loop(statement, environment);
        break;
      case 'try':
        this.#try(statement, environment);
        break;
      case 'with':
        for (const item of statement.items) {
          const entered = this.#model.entered(this.#evaluator.evaluate(item.value, environment));
          if (item.target !== undefined) this.#evaluator.assign(item.target, entered, environment, item.value);
        }
        this.#block(statement.body, environment);
        break;
      case 'exit':
        this.#exit(statement.how, statement.value, environment);
        break;
      case 'match': {
        const subject = this.#evaluator.evaluate(statement.subject, environment);
        const branches = statement.cases.map((option) => {
          const branch = environment.fork();
          const place = placeOf(statement.subject);
          if (option.isConstant && place !== undefined) branch.clean(place, ALL_FAMILIES, cleaned);
          for (const name of option.isConstant ? [] : option.names) branch.set(name, elementOf(subject));
          this.#block(option.body, branch);
          return branch;
        });
        environment.merge([...branches, environment.fork()]);
        break;
      }
      case 'import':
        for (const binding of statement.bindings) this.#import(binding, environment);
        break;
      case 'function':
        this.#function(statement, environment, undefined);
        break;
      case 'class':
        this.#class(statement, environment);
        break;
    }
  }

  #import({ name, path, source }: ImportBinding, environment: Environment): void {
    const foreign = this.#surroundings.imported(source ?? path);
    const value = foreign ?? valueWith({ ref: path });
    environment.set(name, value);
    // Where a language binds whole paths, the last part of one is what it is called by.
    if (foreign !== undefined && name.includes('.')) environment.set(name.slice(name.lastIndexOf('.') + 1), foreign);
    if (name === '*' && value.definition?.kind === 'module') {
      for (const [exported, part] of value.definition.exports) environment.set(exported, part);
    }
    // So that a class that inherits from it finds its methods.
    if (value.definition?.kind === 'class') this.#evaluator.classes.set(value.ref, value.definition);
  }

  #assigned(statement: Statement & { kind: 'assign' }, environment: Environment): Value {
    const plain = this.#evaluator.evaluate(statement.value, environment);
    const value = this.#typed(plain, statement.type, environment);
    const [target] = statement.targets;
    if (statement.operator === undefined || target === undefined) return value;
    const before = this.#evaluator.evaluate(target, environment);
    return this.#model.binary(statement.operator, before, value, statement.value);
  }

  #typed(value: Value, type: Expression | undefined, environment: Environment): Value {
    if (type === undefined || this.#model.typed === undefined) return value;
    return this.#model.typed(value, this.#evaluator.evaluate(type, environment));
  }

  #isExit(expression: Expression): boolean {
    return expression.kind === 'call' && this.#model.isExit(this.#evaluator.known(expression.callee).ref);
  }

  /** What an assertion says holds from here on. */
  #assert(expression: Expression, environment: Environment): void {
    if (expression.kind !== 'call' || this.#model.asserts === undefined) return;
    const [condition] = expression.arguments;
    const isAssertion = this.#model.asserts(this.#evaluator.known(expression.callee).ref);
    if (isAssertion && condition !== undefined) this.#evaluator.refine(condition.value, true, environment);
  }

  /** A chain of `elif` is followed without recursion. */
  #if(statement: IfStatement, environment: Environment): void {
    const branches: Environment[] = [];
    let current: IfStatement | undefined = statement;
    let otherwise = environment;
    while (current !== undefined) {
      this.#evaluator.evaluate(current.condition, otherwise);
      const then = otherwise.fork();
      this.#evaluator.refine(current.condition, true, then);
      this.#block(current.consequence, then);
      branches.push(then);
      const next = branches.length < MAX_DEPTH ? otherwise.fork() : otherwise;
      this.#evaluator.refine(current.condition, false, next);
      otherwise = next;
      const [only]: readonly Statement[] = current.alternative;
      if (current.alternative.length === 1 && only?.kind === 'if') {
        current = only;
      } else {
        this.#block(current.alternative, otherwise);
        current = undefined;
      }
    }
    environment.merge(otherwise === environment ? branches : [...branches, otherwise]);
  }

  #loop(statement: LoopStatement, environment: Environment): void {
    // Twice, so that what one turn leaves behind reaches the next; deep inside other loops that would be too often.
    this.#loops += 1;
    const turns = this.#loops > MAX_LOOPS ? 1 : 2;
    for (let turn = 1; turn <= turns; turn += 1) {
      const inside = environment.fork();
      if (statement.iterable !== undefined && statement.target !== undefined) {
        const iterable = this.#evaluator.evaluate(statement.iterable, inside);
        this.#evaluator.assign(statement.target, elementOf(iterable), inside, undefined);
      }
      if (statement.condition !== undefined) {
        this.#evaluator.evaluate(statement.condition, inside);
        this.#evaluator.refine(statement.condition, true, inside);
      }
      this.#block(statement.body, inside);
      inside.isLive = true;
      environment.merge([inside, environment.fork()]);
    }
    this.#loops -= 1;
    if (statement.condition !== undefined) this.#evaluator.refine(statement.condition, false, environment);
    this.#block(statement.otherwise, environment);
  }

  #try(statement: TryStatement, environment: Environment): void {
    const body = environment.fork();
    this.#block(statement.body, body);
    const caught = environment.fork();
    const wasLive = body.isLive;
    body.isLive = true;
    caught.merge([body, environment.fork()]);
    body.isLive = wasLive;
    const handlers = statement.handlers.map((handler) => {
      const inside = caught.fork();
      if (handler.errors !== undefined) this.#evaluator.evaluate(handler.errors, inside);
      if (handler.target !== undefined) {
        this.#evaluator.assign(
          handler.target,
          valueFrom(isBroad(handler.errors, this.#evaluator) ? 'exception' : 'unknown', '$exception'),
          inside,
          undefined,
        );
      }
      this.#block(handler.body, inside);
      return inside;
    });
    if (body.isLive) this.#block(statement.otherwise, body);
    environment.merge([body, ...handlers]);
    const isLive = environment.isLive;
    environment.isLive = true;
    this.#block(statement.finalizer, environment);
    environment.isLive &&= isLive;
  }

  #exit(
    how: 'return' | 'raise' | 'break' | 'continue',
    expression: Expression | undefined,
    environment: Environment,
  ): void {
    const value = expression === undefined ? undefined : this.#evaluator.evaluate(expression, environment);
    if (how === 'return' && this.#open !== undefined) {
      if (value !== undefined) {
        this.#open.returns = this.#open.returns === undefined ? value : joinValues(this.#open.returns, value);
      }
      noteEnsured(this.#open, environment);
      if (expression !== undefined && value !== undefined) this.#noteProved(expression, value, environment);
    }
    environment.isLive = false;
  }

  /** What a function returns tells its callers something of its parameters, where it is true. */
  #noteProved(expression: Expression, value: Value, environment: Environment): void {
    if (this.#open === undefined || !this.#succeeds(value)) return;
    const branch = environment.fork();
    this.#evaluator.refine(expression, true, branch);
    this.#open.proves = alsoSafe(this.#open, this.#open.proves, branch);
  }

  #succeeds(value: Value): boolean {
    return this.#model.succeeds?.(value) ?? (value.literal !== false && value.literal !== null);
  }

  #function(definition: FunctionDefinition, environment: Environment, owner: ClassModel | undefined): void {
    const model = this.#modelOf(definition, environment, owner);
    this.#waiting.push({ model, around: environment });
    if (owner === undefined) {
      environment.set(definition.name, valueWith({ ref: `local.${definition.name}`, definition: model }));
    } else {
      owner.methods.set(definition.name, model);
    }
  }

  functionValue(definition: FunctionDefinition, environment: Environment): Value {
    const known = this.#functions.get(definition);
    const model = known ?? this.#modelOf(definition, environment, undefined);
    if (known === undefined) this.#waiting.push({ model, around: environment });
    return valueWith({ ref: `local.${definition.name}`, definition: model });
  }

  readNow(called: FunctionModel, given: readonly (Value | undefined)[], environment: Environment): Value | undefined {
    if (this.#depth >= MAX_DEPTH) return undefined;
    const { definition } = called;
    const inside = environment.fork();
    const { caller, callerClass } = this.#evaluator;
    const open = this.#open;
    called.isRead = true;
    called.given = given;
    this.#readFunction(called, inside);
    this.#open = open;
    this.#evaluator.caller = caller;
    this.#evaluator.callerClass = callerClass;
    inside.forget(new Set([...(definition.locals ?? []), ...definition.parameters.map(({ name }) => name)]));
    inside.isLive = true;
    environment.merge([inside, environment.fork()]);
    return this.#finished.get(definition)?.returns;
  }

  #modelOf(definition: FunctionDefinition, environment: Environment, owner: ClassModel | undefined): FunctionModel {
    for (const decorator of definition.decorators) this.#evaluator.evaluate(decorator, environment);
    for (const parameter of definition.parameters) {
      if (parameter.fallback !== undefined) this.#evaluator.evaluate(parameter.fallback, environment);
      if (parameter.annotation !== undefined) this.#evaluator.evaluate(parameter.annotation, environment);
      for (const decorator of parameter.decorators ?? []) this.#evaluator.evaluate(decorator, environment);
    }
    const model: FunctionModel = {
      kind: 'function',
      definition,
      owner,
      origins: new Map(
        definition.parameters.map((parameter) => [
          parameter.name,
          parameterOrigin(this.#surroundings.file, definition, parameter.name),
        ]),
      ),
      returns: this.#previous.get(definition)?.returns,
      ensures: this.#previous.get(definition)?.ensures ?? new Map(),
      proves: this.#previous.get(definition)?.proves ?? new Map(),
      isForeign: false,
      isCalled: false,
      isEscaped: false,
      isRead: false,
      given: [],
    };
    this.#functions.set(definition, model);
    return model;
  }

  #class(definition: ClassDefinition, environment: Environment): void {
    for (const decorator of definition.decorators) this.#evaluator.evaluate(decorator, environment);
    const model: ClassModel = {
      kind: 'class',
      definition,
      methods: new Map(),
      fields: new Map(this.#previousFields.get(definition)),
      bases: definition.bases.map((base) => this.#evaluator.evaluate(base, environment).ref),
    };
    this.#classModels.push(model);
    environment.set(definition.name, valueWith({ ref: `local.${definition.name}`, definition: model }));
    this.#evaluator.classes.set(definition.name, model);
    const inside = environment.fork();
    for (const statement of definition.body) {
      if (statement.kind === 'function') this.#function(statement, environment, model);
      else this.#statement(statement, inside);
      if (statement.kind !== 'assign') continue;
      for (const target of statement.targets) {
        if (target.kind === 'name') model.fields.set(target.name, this.#evaluator.known(target));
      }
    }
  }

  #readFunction(model: FunctionModel, environment: Environment): void {
    const { definition, owner } = model;
    this.#evaluator.caller = definition;
    this.#evaluator.callerClass = owner;
    this.#open = { model, returns: undefined, ensures: undefined, proves: undefined };
    const { selfName } = this.#model;
    if (selfName !== undefined && owner !== undefined) {
      environment.set(selfName, valueWith({ ref: '$self', instanceOf: owner, taint: CLEAN }));
    }
    definition.parameters.forEach((parameter, position) => {
      if (selfName === undefined && isSelf(model, parameter.name)) {
        environment.set(parameter.name, valueWith({ ref: '$self', instanceOf: owner, taint: CLEAN }));
        return;
      }
      const given = this.#model.parameter({
        definition,
        parameter,
        position,
        owner,
        origin: model.origins.get(parameter.name) ?? 'unknown',
        basesOf: (ref) => this.#evaluator.classes.get(ref.replace(/^local\./, ''))?.bases ?? [],
        classOf: (ref) => this.#evaluator.classes.get(ref.replace(/^local\./, '')),
        refOf: (expression) => this.#evaluator.known(expression).ref,
      });
      environment.set(
        parameter.name,
        model.given[position] ??
          given ??
          valueFrom(model.origins.get(parameter.name) ?? 'unknown', `$${parameter.name}`),
      );
    });
    this.#block(definition.body, environment);
    if (environment.isLive) noteEnsured(this.#open, environment);
    const { returns, ensures, proves } = this.#open;
    this.#finished.set(definition, { returns, ensures: ensures ?? new Map(), proves: proves ?? new Map() });
    this.#open = undefined;
    this.#evaluator.caller = undefined;
    this.#evaluator.callerClass = undefined;
  }
}

/** Whether a handler catches whatever goes wrong, so that what it says is not foreseen. */
function isBroad(errors: Expression | undefined, evaluator: Evaluator): boolean {
  return errors === undefined || /(?:^|\.)(?:Base)?Exception$/.test(evaluator.known(errors).ref);
}

/** Whether the parameter is the object that a method is called on. */
function isSelf(model: FunctionModel, name: string): boolean {
  const { decorators, parameters } = model.definition;
  const isStatic = decorators.some((decorator) => decorator.kind === 'name' && decorator.name === 'staticmethod');
  return model.owner !== undefined && !isStatic && parameters[0]?.name === name;
}

/** Keeps, of what is ensured so far, what also holds at this exit. */
function noteEnsured(open: OpenFunction, environment: Environment): void {
  open.ensures = alsoSafe(open, open.ensures, environment);
}

/** Parameters that are safe in the environment and were so before. */
function alsoSafe(
  open: OpenFunction,
  before: ReadonlyMap<string, FamilySet> | undefined,
  environment: Environment,
): Map<string, FamilySet> {
  const now = new Map<string, FamilySet>();
  for (const [name, origin] of open.model.origins) {
    const value = environment.get(name)?.value;
    if (value === undefined || value.ref !== `$${name}`) continue;
    const safe =
      (value.taint.get(origin) ?? ALL_FAMILIES) & (before === undefined ? ALL_FAMILIES : (before.get(name) ?? 0));
    if (safe !== 0) now.set(name, safe);
  }
  return now;
}
