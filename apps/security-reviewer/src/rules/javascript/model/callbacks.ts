import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Callback } from '../../flow/language-model.ts';
import { constantText, elementOf, FIXED, UNKNOWN, valueFrom, type Value } from '../../flow/value.ts';
import { CONTEXT, ERROR, isRequest, requestValue, RESPONSE } from './requests.ts';

const ROUTES = /^(?:get|post|put|patch|delete|del|options|head|all|use|route|ws|on)$/;
const EACH = /^(?:map|flatMap|filter|forEach|find|findLast|findIndex|some|every|sort|toSorted|each)$/;

/** What known code does with a function that it is handed. */
export function callbackOf(site: CallSite, position: number): Callback | undefined {
  const name = calledName(site);
  if (site.call.callee.kind === 'function-value') return undefined;
  if (/^use(?:Memo|Callback|Effect|LayoutEffect)$/.test(name) && position === 0) return { when: 'now', given: [] };
  if (site.receiver === undefined) return plainCallback(site, position);
  const route = ROUTES.test(name) ? routeCallback(site, position) : undefined;
  if (route !== undefined) return route;
  if (name === 'forEach' && /^jszip\b/.test(site.ref)) {
    return { when: 'now', given: [valueFrom('archive', '$entry'), valueFrom('archive', '$entry')] };
  }
  if (EACH.test(name) && position === 0) return { when: 'now', given: eachElement(site, name) };
  if (/^reduce(?:Right)?$/.test(name) && position === 0) {
    return { when: 'now', given: [site.positional[1] ?? elementOf(site.receiver), elementOf(site.receiver), FIXED] };
  }
  if (name === 'then' || name === 'catch' || name === 'finally') return promised(site, name, position);
  if (/^replace(?:All)?$/.test(name) && position === 1) return { when: 'now', given: [site.receiver, site.receiver] };
  if (name === 'from' && site.ref === 'Array.from' && position === 1) {
    return { when: 'now', given: [elementOf(site.positional[0] ?? UNKNOWN), FIXED] };
  }
  if (/^(?:on|once|addListener|addEventListener|subscribe)$/.test(name)) return listener(site, position);
  if (/^(?:query|mutation|subscription|handler|action)$/.test(name) && position === 0 && site.positional.length === 1) {
    return procedure(site);
  }
  return undefined;
}

function plainCallback(site: CallSite, position: number): Callback | undefined {
  if (site.ref === 'Promise' && position === 0) return { when: 'now', given: [FIXED, FIXED] };
  if (
    /^(?:setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame|process\.nextTick)$/.test(site.ref)
  ) {
    return { when: 'now', given: [] };
  }
  if (/^(?:addEventListener|onmessage)$/.test(site.ref)) return listener(site, position);
  // What wraps a handler hands it over as it is.
  return /(?:async|wrap|handler|catchErrors|withAuth)/i.test(site.ref) ? { when: 'later', given: [] } : undefined;
}

function eachElement(site: CallSite, name: string): Value[] {
  const element = elementOf(site.receiver ?? UNKNOWN);
  return /ort(?:ed)?$/.test(name) ? [element, element] : [element, FIXED, site.receiver ?? UNKNOWN];
}

function promised(site: CallSite, name: string, position: number): Callback | undefined {
  if (name === 'finally') return { when: 'now', given: [] };
  const isFailure = name === 'catch' || position === 1;
  return { when: 'now', given: [isFailure ? valueFrom('exception', ERROR) : site.receiver] };
}

/** A handler of requests, registered under a path. */
function routeCallback(site: CallSite, position: number): Callback | undefined {
  const path = site.positional[0];
  const text = constantText(path);
  const isPath = text !== undefined ? /^[/*]|^$/.test(text) : path?.items !== undefined || path?.ref === 'RegExp()';
  const handler = site.positional[position]?.definition;
  if (handler?.kind !== 'function') return undefined;
  const isUse = calledName(site) === 'use';
  if (position === 0 ? !isUse : !isPath) return undefined;
  const { parameters } = handler.definition;
  const [first] = parameters;
  const isContext =
    /^(?:hono|koa|koa-router|@koa\/router)\b/.test(site.ref) || /^(?:ctx|context|c)$/.test(first?.name ?? '');
  if (isContext) return { when: 'later', given: [requestValue(CONTEXT)] };
  if (/^(?:err|error)$/.test(first?.name ?? '') || parameters.length === 4) {
    return { when: 'later', given: [valueFrom('exception', ERROR), requestValue(), valueFrom('unknown', RESPONSE)] };
  }
  return { when: 'later', given: [requestValue(), valueFrom('unknown', RESPONSE), FIXED] };
}

/** What a listener is told: by a peer, or by the page around. */
function listener(site: CallSite, position: number): Callback | undefined {
  if (position === 0) return undefined;
  const event = constantText(site.positional[0]) ?? '';
  const receiver = site.receiver?.ref ?? 'window';
  const name = calledName(site);
  if (name === 'addEventListener') {
    return { when: 'later', given: [valueFrom('unknown', event === 'message' ? '$message' : '$event')] };
  }
  if (isRequest(receiver)) {
    return { when: 'now', given: [event === 'data' ? valueFrom('remote', '$request.body') : UNKNOWN] };
  }
  const isPeer = /(?:^|\$|\.)(?:ws|socket|conn|connection|client|io|peer|wss)(?:\(\))?$/i.test(receiver);
  const isOwn = /^(?:error|close|end|disconnect|open|drain|finish|connect|listening|exit|connection)$/.test(event);
  if (event === 'entry') return { when: 'now', given: [valueFrom('archive', '$entry')] };
  if (event === 'error') return { when: 'now', given: [valueFrom('exception', ERROR)] };
  if (event === 'connection') return { when: 'now', given: [valueFrom('unknown', '$socket'), requestValue()] };
  return isPeer && !isOwn ? { when: 'now', given: [valueFrom('remote', '$message.data')] } : undefined;
}

/** A procedure of an interface such as tRPC: its input is checked against a schema. */
function procedure(site: CallSite): Callback | undefined {
  return /(?:[pP]rocedure|\.input\(\))(?:\.|$)/.test(site.ref)
    ? { when: 'later', given: [valueFrom('unknown', '$procedure')] }
    : undefined;
}
