import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Detection, DetectingRule } from '../../detection.ts';
import { settingsOf } from './settings.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const CLIENTS =
  /^(?:requests|httpx|aiohttp|urllib3|http|urllib|boto3|botocore|hvac|ldap3|ldap|pymongo|redis|elasticsearch|websockets|websocket|kubernetes|smtplib)\b/;
const NO_CHECK = /^ssl\.CERT_NONE$/;

/** A TLS connection to whoever answers. */
export const DISABLED_CERTIFICATE_CHECK: DetectingRule = {
  id: 'py/disabled-certificate-check',
  ...KIND_DESCRIPTIONS['disabled-certificate-check'],
  fix: 'Leave verification on; for a private authority, pass its certificate (`verify="ca.pem"`, `ssl.create_default_context(cafile=…)`).',
  weakExample: 'import requests\n\nreply = requests.get("https://api.example.org", verify=False)\n',
  safeExample: 'import requests\n\nreply = requests.get("https://api.example.org", verify="company-ca.pem")\n',
  *detect(analysis) {
    for (const site of analysis.calls) if (isUnchecked(site)) yield { span: site.call.span };
    yield* unchecked(settingsOf(analysis));
  },
};

function isUnchecked(site: CallSite): boolean {
  if (/^ssl\._create_unverified_context$|(?:^|\.)_create_unverified_https_context$/.test(site.ref)) return true;
  const option = (name: string): unknown => site.named.get(name)?.literal;
  if (option('verify') === false) return isHttpCall(site);
  if (option('verify_ssl') === false || option('verify_certs') === false || option('ssl_verify') === false) return true;
  if (option('tlsAllowInvalidCertificates') === true || option('tlsInsecure') === true) return true;
  if (option('check_hostname') === false && option('verify_mode') === undefined) return true;
  if (option('ssl') === false) {
    return (
      CLIENTS.test(site.ref) &&
      /^(?:get|post|put|delete|patch|request|ws_connect|TCPConnector|ClientSession)$/.test(calledName(site))
    );
  }
  return ['cert_reqs', 'validate', 'ssl_cert_reqs', 'verify_mode'].some((name) => {
    const value = site.named.get(name);
    return (
      value !== undefined && (NO_CHECK.test(value.ref) || value.literal === 'CERT_NONE' || value.literal === 'none')
    );
  });
}

/** `verify=False` of an HTTP client, and not of something that has nothing to do with it. */
function isHttpCall(site: CallSite): boolean {
  const isRequest =
    /^(?:get|post|put|patch|delete|head|options|request|send|stream|Client|AsyncClient|Session|client|resource|download)$/.test(
      calledName(site),
    );
  return CLIENTS.test(site.ref) || isRequest;
}

function* unchecked(settings: ReturnType<typeof settingsOf>): Generator<Detection> {
  const modes: number[] = [];
  for (const { name, value, owner, span, isConditional } of settings) {
    if (owner === undefined || isConditional) continue;
    const isMode = name === 'verify_mode' && NO_CHECK.test(value.ref);
    if (isMode) modes.push(span.line);
    const isSession = name === 'verify' && value.literal === false;
    const isDefault = name === '_create_default_https_context' && /_create_unverified/.test(value.ref);
    if (isMode || isSession || isDefault) yield { span };
  }
  for (const { name, value, owner, span } of settings) {
    const isAlone = !modes.some((line) => Math.abs(line - span.line) <= 3);
    if (owner !== undefined && name === 'check_hostname' && value.literal === false && isAlone) yield { span };
  }
}
