import type { Analysis } from '../../flow/analysis.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { wordsOf } from '../../knowledge/secret-name.ts';
import type { Expression, FunctionDefinition, Span } from '../../program/program.ts';
import { partsOf, placeOf } from '../../flow/place.ts';
import { constantText } from '../../flow/value.ts';

const GUARD_WORDS: ReadonlySet<string> = new Set(
  'auth authenticate authenticated authorize authorized login logged require required requires ensure guard protect protected jwt token session permission permissions role roles admin staff only superuser user verify signed'.split(
    ' ',
  ),
);
/** Decorators that say how a handler is called, not by whom: `require_POST`. */
const NO_GUARD = /(?:^|\.)(?:csrf_exempt|require_(?:http_methods|GET|POST|safe)|require_\w*method\w*)$/;
/** What is open to everyone by its nature. */
const OPEN =
  /log_?(?:in|out)|sign_?-?(?:in|up|out)|register|session|auth|token|password|forgot|reset|verify|confirm|callback|hook|health|ping|status|public|subscribe|contact|csrf|metrics|newsletter|feedback|search/i;
const CHANGES =
  /(?:^|_)(?:delete|remove|purge|wipe|clear|drop|reset|promote|demote|ban|grant|revoke|disable|enable|refund|truncate)(?:_|$)/;
/** What a handler looks at when it checks by itself who is there. */
const ASKS =
  /^session\b|(?:^|_)current_(?:user|account|member)\b|\b(?:request|req|g|ctx|state|self)\.(?:user|auth|authorization|identity|principal|session|token)\b|(?:^|[._])(?:auth|authorization|api_?key|signature|compare_digest|token|verify\w*|require\w*)$/i;

interface Handler {
  readonly definition: FunctionDefinition;
  /** Path of its route, where the decorator says it; its name otherwise. */
  readonly path: string;
  readonly changes: boolean;
  readonly isGuarded: boolean;
}

/** A handler that changes something and is open, beside others that ask who is there. */
export const MISSING_AUTHENTICATION: DetectingRule = {
  id: 'py/missing-authentication',
  ...KIND_DESCRIPTIONS['missing-authentication'],
  fix: 'Put the guard of the other handlers on this one too, or ask before every request of the application.',
  weakExample:
    'from flask import Flask\nfrom guards import admin_required\nfrom store import items\n\napp = Flask(__name__)\n\n@app.post("/admin/close")\n@admin_required\ndef close():\n    items.close()\n    return "", 204\n\n@app.post("/admin/purge")\ndef purge():\n    items.clear()\n    return "", 204\n',
  safeExample:
    'from flask import Flask\nfrom guards import admin_required\nfrom store import items\n\napp = Flask(__name__)\n\n@app.post("/admin/close")\n@admin_required\ndef close():\n    items.close()\n    return "", 204\n\n@app.post("/admin/purge")\n@admin_required\ndef purge():\n    items.clear()\n    return "", 204\n',
  *detect(analysis) {
    if (asksBeforeAll(analysis)) return;
    const handlers = analysis.program.functions
      .map((definition) => handlerOf(definition, analysis))
      .filter((handler) => handler !== undefined);
    const guarded = handlers.filter(({ isGuarded }) => isGuarded);
    for (const handler of handlers) {
      const { definition, path, isGuarded, changes } = handler;
      if (isGuarded || !(changes || /admin|internal/i.test(path))) continue;
      if (OPEN.test(path) || OPEN.test(definition.name) || asksInside(definition, analysis)) continue;
      if (guarded.length >= 2 || guarded.some((other) => sharesFolder(other.path, path))) {
        yield { span: headOf(definition) };
      }
    }
  },
};

function handlerOf(definition: FunctionDefinition, analysis: Analysis): Handler | undefined {
  const { decorators, parameters, name } = definition;
  let path: string | undefined;
  let changes = CHANGES.test(name);
  let isGuarded = parameters.some(({ fallback }) => fallback !== undefined && isGuard(fallback, analysis));
  for (const decorator of decorators) {
    const callee = decorator.kind === 'call' ? decorator.callee : decorator;
    const method = callee.kind === 'member' ? callee.property : '';
    if (decorator.kind === 'call' && /^(?:route|get|post|put|patch|delete)$/.test(method)) {
      const [first] = decorator.arguments;
      path = constantText(first === undefined ? undefined : analysis.valueOf(first.value)) ?? path;
      changes ||= /^(?:post|put|patch|delete)$/.test(method);
      isGuarded ||= decorator.arguments.some(
        ({ name: key, value }) => key === 'dependencies' && isGuard(value, analysis),
      );
    } else if (isGuard(decorator, analysis)) {
      isGuarded = true;
    }
  }
  const isView = analysis.importsFrom('django') && parameters[0]?.name === 'request' && !name.startsWith('_');
  if (path === undefined && !isView) return undefined;
  return { definition, path: path ?? name, changes, isGuarded };
}

function isGuard(expression: Expression, analysis: Analysis): boolean {
  if (NO_GUARD.test(analysis.valueOf(expression.kind === 'call' ? expression.callee : expression).ref)) return false;
  return within(expression).some((part) => namesOf(part).some((word) => GUARD_WORDS.has(word)));
}

/** `before_request`, middleware, or a router that depends on a guard: every handler is asked. */
function asksBeforeAll(analysis: Analysis): boolean {
  return (
    analysis.program.functions.some(({ decorators }) =>
      decorators.some((decorator) =>
        within(decorator).some(
          (part) => part.kind === 'member' && /^(?:before_(?:app_)?request|middleware)$/.test(part.property),
        ),
      ),
    ) ||
    analysis.calls.some(
      ({ call }) =>
        (call.callee.kind === 'member' &&
          /^(?:before_request|add_middleware)$/.test(call.callee.property) &&
          call.arguments.some(({ value }) => isGuard(value, analysis))) ||
        (!call.arguments.some(({ name }) => name === 'path') &&
          /(?:APIRouter|FastAPI)$/.test(analysis.valueOf(call.callee).ref) &&
          call.arguments.some(({ name, value }) => name === 'dependencies' && isGuard(value, analysis))),
    )
  );
}

function asksInside({ body, span }: FunctionDefinition, analysis: Analysis): boolean {
  const [first] = body;
  return (
    first !== undefined &&
    analysis.program.expressions.some(
      (expression) =>
        expression.span.start >= first.span.start &&
        expression.span.end <= span.end &&
        (ASKS.test(placeOf(expression) ?? '') || isRaisedHere(expression)),
    )
  );
}

/** `abort(403)`, `PermissionDenied()`: something was asked. */
function isRaisedHere(expression: Expression): boolean {
  if (expression.kind === 'name') return /^(?:PermissionDenied|Unauthorized|Forbidden)/.test(expression.name);
  return expression.kind === 'literal' && (expression.value === 401 || expression.value === 403);
}

/** Both lie under the same first part of the path: `/admin/…`. */
function sharesFolder(a: string, b: string): boolean {
  const first = (path: string): string => /^\/[^/]+\//.exec(path)?.[0] ?? '';
  return first(a) !== '' && first(a) === first(b);
}

function namesOf(expression: Expression): readonly string[] {
  const name = expression.kind === 'name' ? expression.name : expression.kind === 'member' ? expression.property : '';
  return wordsOf(name);
}

function within(expression: Expression): readonly Expression[] {
  const open = [expression];
  const seen: Expression[] = [];
  for (let current = open.pop(); current !== undefined && seen.length < 60; current = open.pop()) {
    seen.push(current);
    open.push(...partsOf(current), ...(current.kind === 'lambda' ? [current.body] : []));
  }
  return seen;
}

/** The line that names the function, below its decorators. */
function headOf({ parameters, body, span }: FunctionDefinition): Span {
  const line = parameters[0]?.span.line ?? Math.max(span.line, (body[0]?.span.line ?? span.line) - 1);
  return { ...span, line, endLine: line };
}
