import type { Detection } from '../detection.ts';
import type { Analysis } from '../flow/analysis.ts';
import { calledName, type CallSite } from '../flow/call-site.ts';
import { partsOf } from '../flow/place.ts';
import type { Expression, FunctionDefinition } from '../program/program.ts';
import { wordsOf } from './secret-name.ts';

/** Whoever is asking, or whose a record is. */
const SOMEONE: ReadonlySet<string> = new Set(
  'user owner me my principal author claims viewer actor caller tenant member customer account current identity uid subject'.split(
    ' ',
  ),
);
/** Those who may see everyone's records. */
const TRUSTED: ReadonlySet<string> = new Set(
  'admin admins administrator staff superuser moderator permission operator internal'.split(' '),
);
/** Where frameworks keep what the client sent. */
const SENT: ReadonlySet<string> = new Set(
  'params param query body args form path get post match pathvalue formvalue urlparam vars parameter'.split(' '),
);
const LOOKUP =
  /^(?:find|get|load|fetch|read|delete|remove|update|destroy|first|one$|one_|scalar|take$|last$|single|queryrow|lookup|retrieve|show)/i;
/** Names of libraries and layers, not of what is kept in them; and of people, whose names alone say nothing of who asks. */
const LAYERS: ReadonlySet<string> = new Set(
  'users user owners owner members member customers customer db em prisma session conn connection pool query objects repository store service services model models client this self class string number long integer objectid'.split(
    ' ',
  ),
);
const REQUEST_OBJECT = /^(?:req|res|request|response|resp|w|r|c|ctx|context|next|h|reply|self|this|db|session)$/;
const MAX_STEPS = 200;

interface Lookup {
  readonly site: CallSite;
  readonly handler: FunctionDefinition;
  /** What is looked up: `Booking`, `trees`, the table of a statement. */
  readonly records: ReadonlySet<string>;
}

/**
 * Lookups of a record by what the client named, where the handler never says who is asking, beside another one of the
 * same file that looks up the same kind of record and does say so: those records have owners.
 */
export function* unownedRecords(analysis: Analysis): Generator<Detection> {
  const lookups = analysis.calls.map((site) => lookupOf(site, analysis)).filter((lookup) => lookup !== undefined);
  const asking = new Map<FunctionDefinition, boolean>();
  const isAsking = ({ handler }: Lookup): boolean => {
    const known = asking.get(handler) ?? saysWho(handler, analysis);
    asking.set(handler, known);
    return known;
  };
  // A handler with fewer guards than those it is compared with misses more than an owner, and another rule says so.
  const guardsOf = new Map<string, number>();
  for (const lookup of lookups) {
    if (!isAsking(lookup)) continue;
    const guards = guardsAround(lookup.handler, analysis).length;
    for (const record of lookup.records) guardsOf.set(record, Math.min(guards, guardsOf.get(record) ?? guards));
  }
  const reported = new Set<FunctionDefinition>();
  for (const lookup of lookups) {
    if (reported.has(lookup.handler) || isAsking(lookup) || isTrusted(lookup.handler, analysis)) continue;
    const guards = guardsAround(lookup.handler, analysis).length;
    if (![...lookup.records].some((record) => guards >= (guardsOf.get(record) ?? Number.POSITIVE_INFINITY))) continue;
    reported.add(lookup.handler);
    yield { span: lookup.site.call.span };
  }
}

function lookupOf(site: CallSite, analysis: Analysis): Lookup | undefined {
  const handler = site.caller;
  if (handler === undefined) return undefined;
  const records = recordsOf(site);
  const name = calledName(site);
  const isLookup = LOOKUP.test(name) || (records.has(name.toLowerCase()) && site.receiver !== undefined);
  return isLookup && records.size > 0 && isNamedByClient(site, handler, analysis)
    ? { site, handler, records }
    : undefined;
}

function recordsOf(site: CallSite): ReadonlySet<string> {
  const records = new Set<string>();
  const add = (name: string): void => {
    if (name.length > 2 && !LAYERS.has(name.toLowerCase())) records.add(name.toLowerCase());
  };
  for (const part of within([site.call])) {
    if (part.kind === 'name' && /^[A-Z][a-z]/.test(part.name)) add(part.name);
    if (part.kind === 'literal' && typeof part.value === 'string') {
      const table = /^\s*(?:select\b.{0,400}?\bfrom|delete\s+from|update)\s+(\w+)/is.exec(part.value)?.[1];
      if (table !== undefined) add(table);
    }
  }
  const { callee } = site.call;
  if (callee.kind === 'member') {
    const { object, property } = callee;
    if (object.kind === 'name') add(object.name);
    if (object.kind === 'member') add(object.property);
    // `store.booking(id)`
    if (!LOOKUP.test(property) && records.size === 0) add(property);
  }
  return records;
}

/** Whether the call is given what the client put into its request. */
function isNamedByClient(site: CallSite, handler: FunctionDefinition, analysis: Analysis): boolean {
  const names = new Set(
    handler.decorators.length === 0
      ? []
      : handler.parameters.map(({ name }) => name).filter((name) => !REQUEST_OBJECT.test(name)),
  );
  for (const { targets, value, span } of analysis.program.assignments) {
    if (span.start < handler.span.start || span.end > handler.span.end || !isSent(value)) continue;
    for (const target of targets) if (target.kind === 'name') names.add(target.name);
  }
  return within([site.call]).some((part) => (part.kind === 'name' && names.has(part.name)) || isSent(part));
}

/** `request.params.id`, `c.Param("id")`. */
function isSent(expression: Expression): boolean {
  const [object, last] =
    expression.kind === 'member'
      ? [expression.object, expression.property]
      : expression.kind === 'index' && expression.index?.kind === 'literal'
        ? [expression.object, String(expression.index.value)]
        : expression.kind === 'call' && expression.arguments.at(-1)?.value.kind === 'literal'
          ? [expression.callee, textOf(expression.arguments.at(-1)?.value)]
          : [undefined, ''];
  if (object === undefined || !wordsOf(last).some((word) => /^(?:id|pk|uuid|number|no|key|ref)$/.test(word))) {
    return false;
  }
  const owner = object.kind === 'member' ? object.property : object.kind === 'call' ? calleeName(object) : '';
  return [...wordsOf(owner), owner.toLowerCase()].some((word) => SENT.has(word.replace(/s$/, '')) || SENT.has(word));
}

function textOf(expression: Expression | undefined): string {
  return expression?.kind === 'literal' && typeof expression.value === 'string' ? expression.value : '';
}

function calleeName(call: Expression & { kind: 'call' }): string {
  return call.callee.kind === 'member' ? call.callee.property : '';
}

/** Whether anything in the body of the handler speaks of whoever is asking. */
function saysWho(handler: FunctionDefinition, analysis: Analysis): boolean {
  const [first] = handler.body;
  if (first === undefined) return false;
  return analysis.program.expressions.some(
    (expression) =>
      expression.span.start >= first.span.start &&
      expression.span.end <= handler.span.end &&
      namesOf(expression).some((name) => wordsOf(name).some((word) => SOMEONE.has(word))),
  );
}

/** Whether only those who may see all records get here. */
function isTrusted(handler: FunctionDefinition, analysis: Analysis): boolean {
  const about = guardsAround(handler, analysis);
  return (
    wordsOf(handler.name).some((word) => TRUSTED.has(word)) ||
    within(about).some((part) => namesOf(part).some((name) => wordsOf(name).some((word) => TRUSTED.has(word))))
  );
}

/** What stands before a handler: its decorators, and what its route is given beside it. */
function guardsAround(handler: FunctionDefinition, analysis: Analysis): readonly Expression[] {
  const routes = analysis.calls.filter(({ call }) =>
    call.arguments.some(({ value }) => value.kind === 'function-value' && value.definition === handler),
  );
  return [...handler.decorators, ...routes.flatMap(({ call }) => call.arguments.map(({ value }) => value))];
}

/** Names that an expression itself brings, its parts not counted. */
function namesOf(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'name':
      return [expression.name];
    case 'member':
      return [expression.property];
    case 'literal':
      return typeof expression.value === 'string' ? [conditionOf(expression.value)] : [];
    case 'call':
      return expression.arguments.flatMap(({ name }) => (name === undefined ? [] : [name]));
    default:
      return [];
  }
}

/** What a statement asks of its rows; any other text is itself. */
function conditionOf(text: string): string {
  const start = /^\s*(?:select|update|delete)\b/i.test(text) ? text.search(/\bwhere\b/i) : 0;
  return start < 0 ? '' : text.slice(start, start + 300);
}

/** The expressions and all they are made of, within reason. */
function within(expressions: readonly Expression[]): readonly Expression[] {
  const open = [...expressions];
  const seen: Expression[] = [];
  for (let current = open.pop(); current !== undefined && seen.length < MAX_STEPS; current = open.pop()) {
    seen.push(current);
    open.push(...partsOf(current));
  }
  return seen;
}
