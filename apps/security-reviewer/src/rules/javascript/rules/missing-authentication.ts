import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { placeOf, partsOf } from '../../flow/place.ts';
import { wordsOf } from '../../knowledge/secret-name.ts';
import type { Expression } from '../../program/program.ts';

const GUARD_WORDS: ReadonlySet<string> = new Set(
  'auth authenticate authenticated authorize authorized authorization require required ensure guard admin login logged protect protected jwt session permission permissions role roles only passport verify'.split(
    ' ',
  ),
);
/** Paths that are open to everyone by their nature. */
const OPEN_PATHS =
  /login|logout|signin|sign-in|signup|sign-up|register|session|auth|token|oauth|password|forgot|reset|verify|confirm|callback|webhook|hook|health|ping|status|public|subscribe|contact|csrf|metrics|newsletter/i;
const CHANGES = /^(?:post|put|patch|delete|del)$/;

interface Route {
  readonly site: CallSite;
  readonly router: string;
  readonly path: string;
  /** Whether something before the handler asks who is there. */
  readonly isGuarded: boolean;
  /** Whether the handler itself does. */
  readonly asksInside: boolean;
}

/** A route that changes something and is open, beside others that ask who is there. */
export const MISSING_AUTHENTICATION: DetectingRule = {
  id: 'js/missing-authentication',
  ...KIND_DESCRIPTIONS['missing-authentication'],
  fix: 'Put the guard of the other routes before this handler too, or before all of them with `router.use`.',
  weakExample:
    "import express from 'express';\nimport { requireAdmin } from './session';\nimport { store } from './store';\n\nconst router = express.Router();\nrouter.post('/close', requireAdmin, async (request, response) => response.json(await store.close()));\nrouter.delete('/items', requireAdmin, async (request, response) => response.json(await store.clear()));\nrouter.post('/purge', async (request, response) => response.json(await store.purge()));\n",
  safeExample:
    "import express from 'express';\nimport { requireAdmin } from './session';\nimport { store } from './store';\n\nconst router = express.Router();\nrouter.post('/close', requireAdmin, async (request, response) => response.json(await store.close()));\nrouter.delete('/items', requireAdmin, async (request, response) => response.json(await store.clear()));\nrouter.post('/purge', requireAdmin, async (request, response) => response.json(await store.purge()));\n",
  *detect(analysis) {
    const routes = analysis.calls.map((site) => routeOf(site)).filter((route) => route !== undefined);
    for (const route of routes) {
      if (route.isGuarded || route.asksInside || isGuardedBefore(route, analysis) || !matters(route)) continue;
      const guarded = routes.filter((other) => other.router === route.router && other.isGuarded);
      if (guarded.length >= 2 || guarded.some((other) => sharesFolder(other, route))) {
        yield { span: route.site.call.span };
      }
    }
  },
};

function routeOf(site: CallSite): Route | undefined {
  const path = constantText(site.positional[0]);
  const { callee } = site.call;
  if (path === undefined || !path.startsWith('/') || callee.kind !== 'member' || site.positional.length < 2) {
    return undefined;
  }
  if (!/^(?:get|post|put|patch|delete|del|all)$/.test(calledName(site))) return undefined;
  const handlers = site.call.arguments.slice(1).map(({ value }) => value);
  const isHandled =
    handlers.some((handler) => handler.kind === 'function-value') || site.positional.at(-1)?.definition !== undefined;
  if (!isHandled) return undefined;
  const isGuarded = handlers.slice(0, -1).some((handler) => isGuard(handler));
  return { site, router: placeOf(callee.object) ?? '', path, isGuarded, asksInside: checksInside(site) };
}

/** `requireUser`, `auth.required`, `checkRole("admin")`, or options with one. */
function isGuard(expression: Expression): boolean {
  const open: Expression[] = [expression];
  for (let steps = 0; steps < 40; steps += 1) {
    const current = open.pop();
    if (current === undefined) return false;
    const name = current.kind === 'name' ? current.name : current.kind === 'member' ? current.property : '';
    if (wordsOf(name).some((word) => GUARD_WORDS.has(word))) return true;
    open.push(...partsOf(current));
  }
  return false;
}

/** The handler itself asks who is there. */
function checksInside(site: CallSite): boolean {
  const handler = site.call.arguments.at(-1)?.value;
  if (handler?.kind !== 'function-value') return false;
  const open = handler.definition.body.flatMap((statement) =>
    statement.kind === 'if'
      ? [statement.condition]
      : statement.kind === 'expression'
        ? [statement.expression]
        : statement.kind === 'assign'
          ? [statement.value]
          : [],
  );
  return (
    open.some((expression) => isGuard(expression)) ||
    /\b(?:user|session|auth)/i.test(open.map((one) => placeNames(one)).join(' '))
  );
}

function placeNames(expression: Expression): string {
  return (
    placeOf(expression) ??
    partsOf(expression)
      .map((part) => placeNames(part))
      .join(' ')
  );
}

/** `router.use(requireUser)` above the route. */
function isGuardedBefore(route: Route, analysis: Analysis): boolean {
  return analysis.calls.some(
    ({ call }) =>
      call.callee.kind === 'member' &&
      /^(?:use|all|addHook|register)$/.test(call.callee.property) &&
      placeOf(call.callee.object) === route.router &&
      call.span.start < route.site.call.span.start &&
      call.arguments.some(({ value }) => isGuard(value)),
  );
}

function matters({ site, path }: Route): boolean {
  return (CHANGES.test(calledName(site)) || /admin|internal|debug/i.test(path)) && !OPEN_PATHS.test(path);
}

/** Both lie under the same first part of the path: `/admin/…`. */
function sharesFolder(a: Route, b: Route): boolean {
  const first = (path: string): string => /^\/[^/]+\//.exec(path)?.[0] ?? '';
  return first(a.path) !== '' && first(a.path) === first(b.path);
}
