import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText, type Value } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const SERVERS = /(?:Server|^bind|^create_server|^start_server|^listen|^make_server|^serve)$/;

/** A server that every network of the machine can reach. */
export const BIND_ALL_INTERFACES: DetectingRule = {
  id: 'py/bind-all-interfaces',
  ...KIND_DESCRIPTIONS['bind-all-interfaces'],
  fix: 'Bind to `127.0.0.1` or to the address of one interface, and let the deployment widen it.',
  weakExample: 'import socket\n\nserver = socket.socket()\nserver.bind(("0.0.0.0", 8080))\n',
  safeExample: 'import socket\n\nserver = socket.socket()\nserver.bind(("127.0.0.1", 8080))\n',
  *detect(analysis) {
    for (const site of analysis.calls) if (listensEverywhere(site)) yield { span: site.call.span };
  },
};

function listensEverywhere(site: CallSite): boolean {
  const name = calledName(site);
  if (/^(?:run|run_app|run_simple|serve|start|listen)$/.test(name) || SERVERS.test(name)) {
    const host = site.named.get('host') ?? site.named.get('address') ?? site.named.get('hostname');
    if (isEvery(host, false)) return true;
  }
  if (
    /^(?:make_server|run_simple|start_server|create_server)$/.test(name) &&
    site.positional.some((value) => isEvery(value, false))
  ) {
    return true;
  }
  const [address] = site.positional;
  return SERVERS.test(name) && address?.items?.length === 2 && isEvery(address.items[0], true);
}

/** The address of every interface; the empty one means the same in a pair of address and port. */
function isEvery(address: Value | undefined, isPair: boolean): boolean {
  const text = constantText(address);
  return text === '0.0.0.0' || text === '::' || (isPair && text === '');
}
